package io.kvops.planner.capacity;

/**
 * A share of a limit, and when it is reached.
 *
 * @param share of the limit, above 0
 * @param value the same in the resource's unit
 */
public record Threshold(double share, double value, DateRange when) {}
