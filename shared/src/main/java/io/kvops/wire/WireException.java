package io.kvops.wire;

import java.util.Objects;

/** Bytes that are not the protocol, or not one that this version speaks. The message is one line. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public WireException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    /** What is wrong. */
    public enum Kind {
        /** The bytes do not decode. */
        MALFORMED,
        /** A protocol version that is not spoken here. */
        VERSION,
        /** A message over the limit. */
        TOO_LARGE
    }
}
