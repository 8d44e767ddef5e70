package io.kvops.server;

import org.jspecify.annotations.Nullable;

/** The collector can't do what was asked. The message is for an operator: what failed, where, and what to do. */
public final class OpsException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is. */
    public enum Kind {
        /** The configuration is wrong. */
        CONFIG,
        /** Another program listens on the port. */
        PORT_IN_USE,
        /** The data folder can't be used: not writable, or another collector has it. */
        DATA_FOLDER,
        /** Anything else. */
        FAILED
    }

    private final Kind kind;

    public OpsException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
