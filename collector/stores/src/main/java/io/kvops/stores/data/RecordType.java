package io.kvops.stores.data;

/** What a value is, and so which elements it comes in. */
public enum RecordType {
    /** {@link RecordSink#chunk}s, put together. */
    STRING,
    /** {@link RecordSink#field}s, each name once, in any order. */
    HASH,
    /** {@link RecordSink#item}s, in their order. */
    LIST,
    /** {@link RecordSink#member}s, each once, in any order. */
    SET,
    /** {@link RecordSink#scored} members, each once, in any order. */
    ZSET,
    /** {@link RecordSink#entry}s in their order, the {@link RecordSink#state}, groups. */
    STREAM,
    /**
     * A store's own serialised form, in {@link RecordSink#chunk}s: {@link RecordHeader#metadata} says under
     * {@link RecordHeader#ENCODING} which. Only a store with the same {@link Capabilities#opaque} understands it.
     */
    OPAQUE
}
