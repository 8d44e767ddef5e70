package io.kvops.op;

/** What kind of work an operation asks of its store. The wire carries {@link #code()}, never the ordinal. */
public enum OpClass {
    /** The class is not known: a command that is in no table. */
    OTHER(0),
    READ(1),
    WRITE(2),
    DELETE(3),
    /** Walks over many keys: SCAN, KEYS, an iterator. */
    SCAN(4),
    SCRIPT(5),
    TRANSACTION(6),
    /** Waits for data by design (BLPOP, XREAD BLOCK): its latency says nothing about the store. */
    BLOCKING(7),
    ADMIN(8);

    private static final OpClass[] BY_CODE = new OpClass[values().length];

    static {
        for (OpClass c : values()) {
            BY_CODE[c.code] = c;
        }
    }

    private final int code;

    OpClass(int code) {
        this.code = code;
    }

    /** The number that stands for this class on the wire; fixed for all protocol versions. */
    public int code() {
        return code;
    }

    /** The class of a wire number; {@link #OTHER} for a number this version does not know. */
    public static OpClass ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : OTHER;
    }
}
