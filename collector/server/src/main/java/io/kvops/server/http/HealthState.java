package io.kvops.server.http;

import java.util.List;

/**
 * Whether the collector does its work.
 *
 * @param healthy true if every check is
 */
public record HealthState(boolean healthy, List<Check> checks) {
    public HealthState {
        checks = List.copyOf(checks);
    }

    /**
     * One look.
     *
     * @param name what was looked at
     * @param detail what was found, in one line
     */
    public record Check(String name, boolean healthy, String detail) {}
}
