package io.kvops.benchmarks.fleet;

import java.util.List;

/**
 * One measurement.
 *
 * @param name what it is chosen by
 * @param agents of the fleet
 * @param intervalMillis between two frames of an agent; 0: as many as the collector takes
 * @param sync the collector's {@code journal.sync}
 */
record Scenario(String name, int agents, long intervalMillis, boolean tls, String sync) {
    private static final int SATURATING_AGENTS = 1_000;

    /** All there are. */
    static List<Scenario> all() {
        return List.of(
                new Scenario("agents-100", 100, 1_000, false, "always"),
                new Scenario("agents-1000", 1_000, 1_000, false, "always"),
                new Scenario("agents-10000", 10_000, 1_000, false, "always"),
                new Scenario("agents-10000-tls", 10_000, 1_000, true, "always"),
                new Scenario("most-fsync", SATURATING_AGENTS, 0, false, "always"),
                new Scenario("most-interval", SATURATING_AGENTS, 0, false, "interval"),
                new Scenario("most-fsync-tls", SATURATING_AGENTS, 0, true, "always"),
                new Scenario("most-interval-tls", SATURATING_AGENTS, 0, true, "interval"));
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("only: " + name + " (expected one of "
                        + all().stream().map(Scenario::name).toList() + ")"));
    }
}
