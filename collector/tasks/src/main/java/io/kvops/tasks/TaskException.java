package io.kvops.tasks;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A task can't be kept, started or changed. The message is one line: what, where, what to do. */
public final class TaskException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public TaskException(Kind kind, String message) {
        this(kind, message, null);
    }

    public TaskException(Kind kind, String message, @Nullable Throwable cause) {
        super(Text.oneLine(message), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    /** What kind of failure it is. */
    public enum Kind {
        /** There is no such task. */
        UNKNOWN,
        /** The queue is full. */
        FULL,
        /** Another task with the same key has not ended. */
        OVERLAP,
        /** A task in this state can't be asked that. */
        STATE,
        /** A file can't be written or read. */
        DISK,
        /** A file is not what was written. */
        DAMAGED,
        /** This process is closing its tasks. */
        CLOSED
    }
}
