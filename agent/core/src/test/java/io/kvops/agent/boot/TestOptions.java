package io.kvops.agent.boot;

import java.util.Map;
import java.util.Properties;

/** Options from agent arguments alone. */
public final class TestOptions {
    private TestOptions() {}

    public static AgentOptions of(String arguments) {
        return AgentOptions.load(arguments, new Properties(), Map.of());
    }
}
