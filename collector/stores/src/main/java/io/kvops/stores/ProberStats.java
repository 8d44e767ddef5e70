package io.kvops.stores;

/**
 * Counts since the prober was opened.
 *
 * @param targets configured now
 * @param up targets that were measured in whole the last time
 * @param measurements made, whatever came of them
 * @param failures measurements that found the store down
 * @param postponed measurements that began later because all threads were busy
 * @param overdue measurements that did not come back at their timeout
 * @param sinkFailures measurements that were lost because what takes them failed
 */
public record ProberStats(
        int targets, int up, long measurements, long failures, long postponed, long overdue, long sinkFailures) {}
