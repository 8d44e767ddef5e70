package io.kvops.stores.data;

/** What a value is, and so which elements it comes in. */
public enum RecordType {
    /** {@link RecordSink#chunk}s, put together. */
    STRING(0),
    /** {@link RecordSink#field}s, in any order; a name that comes again replaces the one before. */
    HASH(1),
    /** {@link RecordSink#item}s, in their order. */
    LIST(2),
    /** {@link RecordSink#member}s, in any order, seldom one twice. */
    SET(3),
    /** {@link RecordSink#scored} members, in any order; one that comes again replaces the one before. */
    ZSET(4),
    /** {@link RecordSink#entry}s in their order, the {@link RecordSink#state}, groups. */
    STREAM(5),
    /**
     * A store's own serialised form, in {@link RecordSink#chunk}s: {@link RecordHeader#metadata} says under
     * {@link RecordHeader#ENCODING} which. Only a store with the same {@link Capabilities#opaque} understands it.
     */
    OPAQUE(6);

    private static final RecordType[] BY_CODE = {STRING, HASH, LIST, SET, ZSET, STREAM, OPAQUE};

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    /** Its number in files, which never changes. */
    public int code() {
        return code;
    }

    /**
     * The type of a number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RecordType of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("type: " + code + " (expected 0 to " + (BY_CODE.length - 1) + ")");
        }
        return BY_CODE[code];
    }
}
