package io.kvops.planner.capacity;

/** What a resource is measured in. */
public enum Dimension {
    /** Bytes on disk. */
    STORAGE,
    /** Bytes in memory. */
    MEMORY,
    /** Operations per second. */
    THROUGHPUT,
    /** Seconds. */
    LATENCY,
    /** Connections at a time. */
    CONNECTIONS,
    /** A metric of the user's, in its own unit. */
    OTHER
}
