package io.kvops.rules;

/** Something that was asked of the rules can't be had. The message is one line: what, where, what to do; it holds no secret. */
public final class RulesException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** A file of rules, a silence or an expression is not right; nothing of it is in force. */
        REFUSED,
        /** A file or a state can't be read or written. */
        UNREADABLE,
        /** Somebody could not be told. */
        NOT_DELIVERED,
        /** A bound is reached. */
        FULL
    }

    private final Kind kind;

    public RulesException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public RulesException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
