package io.kvops.op;

/** How an operation ended. The wire carries {@link #code()}, never the ordinal. */
public enum Outcome {
    OK(0),
    /** A read that found nothing. */
    MISS(1),
    /** The store or the client reported an error. */
    ERROR(2),
    /** The caller stopped waiting. */
    TIMEOUT(3),
    CANCELLED(4);

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    /** The number that stands for this outcome on the wire; fixed for all protocol versions. */
    public int code() {
        return code;
    }

    /** The outcome of a wire number; {@link #ERROR} for a number this version does not know. */
    public static Outcome ofCode(int code) {
        switch (code) {
            case 0:
                return OK;
            case 1:
                return MISS;
            case 3:
                return TIMEOUT;
            case 4:
                return CANCELLED;
            default:
                return ERROR;
        }
    }
}
