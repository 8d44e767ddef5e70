package io.kvops.ingest;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ingest cannot open or start. The message is one line: what failed, where, what to do. Nothing is left half open. */
public final class IngestException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    IngestException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** Why, for code that decides. */
    public Kind kind() {
        return kind;
    }

    /** Why the ingest cannot open or start. */
    public enum Kind {
        /** The host is not loopback, and TLS or a token is missing. */
        EXPOSED,
        /** A certificate or key is missing, damaged, expired, or does not fit. */
        TLS,
        /** Another program listens on the port. */
        PORT_IN_USE,
        /** The host does not resolve, or the address cannot be bound. */
        BIND,
        /** The data folder cannot be made or written. */
        UNWRITABLE,
        /** Another collector uses the data folder. */
        LOCKED,
        /** The journal in the data folder cannot be opened. */
        JOURNAL
    }
}
