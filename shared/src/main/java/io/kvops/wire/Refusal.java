package io.kvops.wire;

import java.util.Objects;

/** The collector will not go on; it closes the connection after this message. */
public final class Refusal implements Message {
    private final Kind kind;
    private final String message;

    /**
     * @param kind why
     * @param message one line for the log: what, where, what to do
     */
    public Refusal(Kind kind, String message) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.message = Objects.requireNonNull(message, "message");
    }

    public Kind kind() {
        return kind;
    }

    public String message() {
        return message;
    }

    /** Why a connection is refused. The wire carries {@link #code()}. */
    public enum Kind {
        /** The bytes are not this protocol, or do not decode. */
        MALFORMED(1),
        VERSION(2),
        TOKEN(3),
        TOO_LARGE(4),
        /** The collector cannot keep frames now; try again later. */
        UNAVAILABLE(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** The kind of a wire number; {@link #UNAVAILABLE}, which is tried again, for a number not known. */
        public static Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return UNAVAILABLE;
        }
    }
}
