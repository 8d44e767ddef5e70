package io.kvops.ingest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Options of agents, as the collector wants them: all that it manages. What is absent is left to how each agent was started.
 *
 * @param version number of this configuration, larger than those before; 0: there is none
 * @param all options of every agent, by the agent's own names
 * @param byService options of the agents of one service, which win over {@code all}
 */
public record AgentConfiguration(long version, Map<String, String> all, Map<String, Map<String, String>> byService) {
    /** Agents are left as they were started. */
    public static final AgentConfiguration NONE = new AgentConfiguration(0, Map.of(), Map.of());

    /** @throws IllegalArgumentException if the version is negative, or 0 with options */
    public AgentConfiguration {
        all = Map.copyOf(all);
        Map<String, Map<String, String>> copies = new LinkedHashMap<>();
        byService.forEach((service, options) -> copies.put(service, Map.copyOf(options)));
        byService = Map.copyOf(copies);
        boolean empty = all.isEmpty() && byService.isEmpty();
        if (version < (empty ? 0 : 1)) {
            throw new IllegalArgumentException("version: " + version + " (expected 1 or more)");
        }
    }

    /** The options of an agent of this service. */
    Map<String, String> of(String service) {
        Map<String, String> own = byService.getOrDefault(service, Map.of());
        if (own.isEmpty()) {
            return all;
        }
        Map<String, String> options = new LinkedHashMap<>(all);
        options.putAll(own);
        return options;
    }
}
