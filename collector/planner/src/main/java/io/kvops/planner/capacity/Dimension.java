package io.kvops.planner.capacity;

/** What a resource is measured in. */
public enum Dimension {
    /** Bytes on disk. */
    STORAGE,
    /** Bytes in memory. */
    MEMORY,
    /** Operations per second. */
    THROUGHPUT,
    /** Seconds; of a metric whose name begins with {@code service}, those of a processor for one operation. */
    LATENCY,
    /** Connections at a time. */
    CONNECTIONS,
    /** A metric of the user's, in its own unit. */
    OTHER
}
