package io.kvops.history;

import org.jspecify.annotations.Nullable;

/** The history could not do something; the message says what, where, what state that left, and what to do. */
public final class HistoryException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of failure. */
    public enum Kind {
        /** The file was written by a newer version. */
        NEWER,
        /** The file is damaged. */
        DAMAGED,
        /** Another process has it. */
        LOCKED,
        /** The disk is full or fails; may be tried again. */
        DISK,
        /** A query is wrong, or not a query. */
        QUERY,
        /** A query took too long or too much memory. */
        LIMIT,
        /** Anything else. */
        FAILED
    }

    private final Kind kind;

    public HistoryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
