package io.kvops.server;

import java.util.List;

/**
 * Whether the collector does its work.
 *
 * @param healthy true if every check is
 * @param checks each with what was looked at and found
 */
public record Health(boolean healthy, List<Check> checks) {
    public Health {
        checks = List.copyOf(checks);
    }

    /**
     * One look.
     *
     * @param name what was looked at
     * @param healthy whether it is as it should be
     * @param detail what was found, in one line
     */
    public record Check(String name, boolean healthy, String detail) {}

    static Health of(List<Check> checks) {
        return new Health(checks.stream().allMatch(Check::healthy), checks);
    }
}
