package io.kvops.migration.value;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record to compare with: whole if it is small, else its digest. Immutable. */
public final class Value {
    private final RecordHeader header;
    private final long bytes;
    private final @Nullable WholeRecord whole;
    private final byte[] digest;
    private final StreamId lastId;

    Value(RecordHeader header, long bytes, @Nullable WholeRecord whole, byte[] digest, StreamId lastId) {
        this.header = header;
        this.bytes = bytes;
        this.whole = whole;
        this.digest = digest;
        this.lastId = lastId;
    }

    public Slice key() {
        return header.key();
    }

    public RecordHeader header() {
        return header;
    }

    /** Of key and value. */
    public long bytes() {
        return bytes;
    }

    /** The last id that a stream gave; zero for others. */
    public StreamId lastId() {
        return lastId;
    }

    /** The record; null if it was too large to be held. */
    public @Nullable WholeRecord whole() {
        return whole;
    }

    /** Whether type and value are the same, and the expiry as far as both stores can hold it. */
    public boolean same(Value other, Comparison as) {
        if (header.type() != other.header.type() || !as.sameExpiry(header, other.header)) {
            return false;
        }
        if (whole != null && other.whole != null) {
            return whole.elements().equals(other.whole.elements());
        }
        return Arrays.equals(digestOf(this), digestOf(other));
    }

    private static byte[] digestOf(Value value) {
        WholeRecord record = value.whole;
        if (record == null) {
            return value.digest;
        }
        Digest digest = new Digest(record.header().type());
        record.elements().forEach(digest::add);
        return digest.result();
    }
}
