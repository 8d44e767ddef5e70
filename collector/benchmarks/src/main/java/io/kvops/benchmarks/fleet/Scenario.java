package io.kvops.benchmarks.fleet;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One measurement.
 *
 * @param name what it is chosen by
 * @param agents of the fleet
 * @param intervalMillis between two frames of an agent; 0: as many as the collector takes
 * @param sync the collector's {@code journal.sync}
 */
record Scenario(String name, int agents, long intervalMillis, boolean tls, String sync) {
    private static final Pattern FLEET = Pattern.compile("agents-(\\d{1,5})(-tls)?");
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

    /**
     * One of those, or {@code agents-N} or {@code agents-N-tls} with any number of agents.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Scenario named(String name) {
        Matcher fleet = FLEET.matcher(name);
        if (fleet.matches()) {
            return new Scenario(name, Integer.parseInt(fleet.group(1)), 1_000, fleet.group(2) != null, "always");
        }
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("only: " + name + " (expected agents-N, agents-N-tls or"
                        + " one of " + all().stream().map(Scenario::name).toList() + ")"));
    }
}
