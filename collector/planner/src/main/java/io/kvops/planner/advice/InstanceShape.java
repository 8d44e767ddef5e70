package io.kvops.planner.advice;

import java.math.BigDecimal;

/**
 * A machine that can be had.
 *
 * @param name unlike any other's
 * @param vcpus processors, at least 1
 * @param memoryBytes above 0
 * @param diskBytes at least 0
 * @param connectionsMax that it may hold, at least 1
 * @param pricePerHour of one, above 0
 */
public record InstanceShape(
        String name, int vcpus, long memoryBytes, long diskBytes, int connectionsMax, BigDecimal pricePerHour) {}
