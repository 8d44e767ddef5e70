package io.kvops.stores;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store can't be reached, asked or understood. The message is one line without secrets: what, where, what to do. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(OneLine.of(message), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    /** What kind of failure it is. */
    public enum Kind {
        /** No connection, or no answer in time: the store is down as far as can be seen from here. */
        UNREACHABLE,
        /** It answers, and refuses: a wrong password, a missing permission. It is not down. */
        REFUSED,
        /** What answers is not such a store, or says more than can be taken. */
        NONSENSE,
        /** The address, a secret or a file of the configuration can't be used. */
        CONFIGURATION,
        /** There is no more room in it: memory, disk or a quota. */
        FULL,
        /** A key is there already, and was to be left alone. */
        CONFLICT,
        /** It cannot hold or do what was asked. */
        UNSUPPORTED,
        /** Bytes in it are not what was written: cut off or changed. */
        DAMAGED
    }
}
