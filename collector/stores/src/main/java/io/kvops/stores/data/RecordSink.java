package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.util.List;

/**
 * Takes records as streams: {@link #begin}, elements that fit the type, {@link #end} or {@link #abort}. So a record of any
 * size needs no more memory than its largest element: a string or an opaque value of 512 MB comes in chunks. Slices are lent
 * for the call alone. An element that does not fit the type, or comes outside a record, is a mistake of the caller
 * ({@link IllegalStateException} where it is noticed). For one thread.
 */
public interface RecordSink {
    /** A record begins. */
    void begin(RecordHeader header) throws StoreException;

    /** The next bytes of a string or opaque value; not one for an empty value, or empty ones, are fine. */
    default void chunk(Slice bytes) throws StoreException {
        throw unexpected("chunk");
    }

    /**
     * A field of a hash.
     *
     * @param expiresAtMillis when the field itself expires, or {@link RecordHeader#NO_EXPIRY}
     */
    default void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        throw unexpected("field");
    }

    /** The next item of a list. */
    default void item(Slice value) throws StoreException {
        throw unexpected("item");
    }

    /** A member of a set. */
    default void member(Slice member) throws StoreException {
        throw unexpected("member");
    }

    /**
     * A member of a sorted set.
     *
     * @param score maybe infinite
     */
    default void scored(Slice member, double score) throws StoreException {
        throw unexpected("scored");
    }

    /**
     * The next entry of a stream, by ascending id.
     *
     * @param namesAndValues of its fields, in turn; names may repeat; the list is lent too
     */
    default void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        throw unexpected("entry");
    }

    /**
     * What a stream knows beside its entries; once, after them.
     *
     * @param lastId the last id it gave, of an entry that may be gone
     * @param entriesAdded how many entries it ever had
     * @param maxDeletedId the greatest id of an entry that was deleted, {@link StreamId#ZERO} if none was
     */
    default void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        throw unexpected("state");
    }

    /**
     * A consumer group of a stream, after the state; its {@link #consumer}s and then its {@link #pending} entries follow.
     *
     * @param entriesRead how many entries it read, -1 if the store does not know
     */
    default void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        throw unexpected("group");
    }

    /** A consumer of the group. When it was last seen is not kept: no store lets that be written. */
    default void consumer(Slice name) throws StoreException {
        throw unexpected("consumer");
    }

    /**
     * An entry that was delivered to a consumer of the group and not acknowledged.
     *
     * @param deliveredAtMillis when, in milliseconds since 1970
     * @param deliveries how often
     */
    default void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        throw unexpected("pending");
    }

    /** The record is whole. */
    void end() throws StoreException;

    /** The record that was begun is void, as it vanished while it was read: nothing of it may be kept. */
    void abort() throws StoreException;

    private static IllegalStateException unexpected(String element) {
        return new IllegalStateException(element + ": not expected here");
    }
}
