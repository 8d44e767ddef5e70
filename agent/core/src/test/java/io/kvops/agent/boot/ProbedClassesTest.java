package io.kvops.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.probe.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ProbedClassesTest {
    @Test
    void names_areWhatTheProbesDeclare() {
        List<String> declared = new ArrayList<>();
        for (Probe probe : ServiceLoader.load(Probe.class)) {
            declared.addAll(List.of(probe.classNames()));
        }
        assertThat(declared).isNotEmpty();
        assertThat(ProbedClasses.names()).containsExactlyInAnyOrderElementsOf(declared);
    }
}
