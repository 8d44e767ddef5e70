package io.kvops.stores.data;

/**
 * How much a store holds.
 *
 * @param records -1 if unknown
 * @param bytes in memory or on disk, as the store says it; -1 if unknown
 * @param exact whether records were counted, not estimated
 */
public record DataSize(long records, long bytes, boolean exact) {}
