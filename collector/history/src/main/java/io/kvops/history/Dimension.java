package io.kvops.history;

/** What operations can be grouped by. */
public enum Dimension {
    SERVICE,
    INSTANCE,
    STORE,
    ENDPOINT,
    OP,
    OP_CLASS,
    PATTERN,
    INTERNAL
}
