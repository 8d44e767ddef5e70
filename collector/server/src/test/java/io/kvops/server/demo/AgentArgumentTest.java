package io.kvops.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AgentArgumentTest {
    @Test
    void commaInAPath_doesNotEndTheAgentsOption() {
        assertThat(Demo.argument(Path.of("/reports/may, june/agent.log"))).isEqualTo("/reports/may\\, june/agent.log");
    }
}
