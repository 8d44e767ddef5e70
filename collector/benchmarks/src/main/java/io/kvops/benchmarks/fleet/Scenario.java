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
 * @param maxPending its {@code journal.maxPendingBytes}
 */
record Scenario(String name, int agents, long intervalMillis, boolean tls, String sync, String maxPending) {
    private static final Pattern FLEET = Pattern.compile("agents-(\\d{1,5})(-tls)?");
    private static final int SATURATING_AGENTS = 1_000;
    private static final String DEFAULT_PENDING = "16GiB";

    /** Reached in the warm-up, so that what is measured is what the collector takes for good: journal, analyzer, history. */
    private static final String LITTLE_PENDING = "1GiB";

    /** All there are. */
    static List<Scenario> all() {
        return List.of(
                fleet("agents-100", 100, false),
                fleet("agents-1000", 1_000, false),
                fleet("agents-10000", 10_000, false),
                fleet("agents-10000-tls", 10_000, true),
                saturating("most-fsync", false, "always", LITTLE_PENDING),
                saturating("most-interval", false, "interval", LITTLE_PENDING),
                saturating("most-fsync-tls", true, "always", LITTLE_PENDING),
                saturating("most-interval-tls", true, "interval", LITTLE_PENDING),
                saturating("burst-fsync", false, "always", DEFAULT_PENDING),
                saturating("burst-interval", false, "interval", DEFAULT_PENDING),
                saturating("burst-fsync-tls", true, "always", DEFAULT_PENDING),
                saturating("burst-interval-tls", true, "interval", DEFAULT_PENDING));
    }

    private static Scenario fleet(String name, int agents, boolean tls) {
        return new Scenario(name, agents, 1_000, tls, "always", DEFAULT_PENDING);
    }

    private static Scenario saturating(String name, boolean tls, String sync, String maxPending) {
        return new Scenario(name, SATURATING_AGENTS, 0, tls, sync, maxPending);
    }

    /**
     * One of those, or {@code agents-N} or {@code agents-N-tls} with any number of agents.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Scenario named(String name) {
        Matcher fleet = FLEET.matcher(name);
        if (fleet.matches()) {
            return fleet(name, Integer.parseInt(fleet.group(1)), fleet.group(2) != null);
        }
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("only: " + name + " (expected agents-N, agents-N-tls or"
                        + " one of " + all().stream().map(Scenario::name).toList() + ")"));
    }
}
