package io.kvops.planner.advice;

/**
 * What a store will have to bear, all its primaries together.
 *
 * @param memoryBytes held in memory
 * @param diskBytes held on disk
 * @param opsPerSecond at the busiest
 * @param serviceSeconds of a processor for one operation
 * @param connections at a time
 */
public record Need(
        Quantity memoryBytes,
        Quantity diskBytes,
        Quantity opsPerSecond,
        Quantity serviceSeconds,
        Quantity connections) {

    /** Of memory alone. */
    public static Need ofMemory(Quantity bytes) {
        Quantity none = Quantity.exactly(0);
        return new Need(bytes, none, none, none, none);
    }
}
