package io.kvops.analyzer;

/** A question could not be answered; the message says what, why, and what to do. */
public final class AnalyzerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure. */
    public enum Kind {
        /** The answer would be too large, or took too long: ask for less. */
        LIMIT,
        /** The history failed. */
        HISTORY
    }

    private final Kind kind;

    AnalyzerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    AnalyzerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
