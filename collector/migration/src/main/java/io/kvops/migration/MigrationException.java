package io.kvops.migration;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A copy or a comparison can't be done. The message is one line without secrets: what, where, what to do. */
public final class MigrationException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public MigrationException(Kind kind, String message) {
        this(kind, message, null);
    }

    public MigrationException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    /** What kind of failure it is. */
    public enum Kind {
        /** What was asked for makes no sense, or these stores can't do it. */
        JOB,
        /** A store failed. */
        STORE,
        /** A checkpoint does not fit the job. */
        STATE
    }
}
