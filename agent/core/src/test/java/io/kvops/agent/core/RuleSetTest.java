package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.TestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleSetTest {
    @TempDir
    Path folder;

    @Test
    void reportUnmatched_namesEachRuleThatMatchedNoMethod() throws Exception {
        Path file = folder.resolve("agent.log");
        RuleSet rules =
                new RuleSet(TestOptions.of("rule=class:com.acme.Cache;method:get,rule=class:com.acme.Cach;method:put")
                        .rules());
        assertThat(rules.mayMatch("com.acme.Cache")).isTrue();
        assertThat(rules.reportUnmatched(new AgentLog(file.toFile()))).isEqualTo(2);
        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .allMatch(line -> line.contains("matched no method within a minute"))
                .anyMatch(line -> line.contains("class:com.acme.Cach;method:put"));
    }
}
