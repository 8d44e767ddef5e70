package io.kvops.migration.value;

import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What stands for a value that is too large to be held: SHA-256 of its elements in their order, and where order means nothing
 * the sum of the elements' digests, as four numbers modulo 2^64 each (an additive multiset hash; enough against accidents, not
 * against somebody who makes collisions on purpose). For one thread.
 */
final class Digest {
    private static final int WORDS = 4;

    private final boolean ordered;
    private final boolean chunks;
    private final MessageDigest sha;
    private final long[] sum = new long[WORDS];
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private long elements;

    Digest(RecordType type) {
        this.ordered = type == RecordType.LIST || type == RecordType.STREAM;
        this.chunks = type == RecordType.STRING || type == RecordType.OPAQUE;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void add(Element element) {
        if (chunks) {
            Slice bytes = element.name();
            sha.update(bytes.array(), bytes.offset(), bytes.length()); // where chunks end means nothing
            return;
        }
        elements++;
        put(element);
        if (!ordered) {
            ByteBuffer one = ByteBuffer.wrap(sha.digest());
            for (int i = 0; i < WORDS; i++) {
                sum[i] += one.getLong();
            }
        }
    }

    private void put(Element element) {
        if (element instanceof WholeRecord.Field field) {
            put(field.name());
            put(field.value());
            put(field.expiresAtMillis());
        } else if (element instanceof WholeRecord.Scored scored) {
            put(scored.name());
            put(Double.doubleToLongBits(scored.score()));
        } else if (element instanceof WholeRecord.Entry entry) {
            put(1);
            put(entry.id());
            put(entry.namesAndValues().size());
            entry.namesAndValues().forEach(this::put);
        } else if (element instanceof WholeRecord.State state) {
            put(2);
            put(state.lastId());
            put(state.entriesAdded());
            put(state.maxDeletedId());
        } else if (element instanceof WholeRecord.Group group) {
            put(3);
            put(group.name());
            put(group.lastDelivered());
            put(group.entriesRead());
        } else if (element instanceof WholeRecord.Consumer consumer) {
            put(4);
            put(consumer.name());
        } else if (element instanceof WholeRecord.Pending pending) {
            put(5);
            put(pending.id());
            put(pending.name());
            put(pending.deliveredAtMillis());
            put(pending.deliveries());
        } else {
            put(element.name());
        }
    }

    private void put(Slice bytes) {
        put(bytes.length());
        sha.update(bytes.array(), bytes.offset(), bytes.length());
    }

    private void put(StreamId id) {
        put(id.millis());
        put(id.sequence());
    }

    private void put(long value) {
        number.clear();
        number.putLong(value).flip();
        sha.update(number);
    }

    /** What stands for all that was added. */
    byte[] result() {
        if (ordered || chunks) {
            return sha.digest();
        }
        ByteBuffer all = ByteBuffer.allocate((WORDS + 1) * Long.BYTES).putLong(elements);
        Arrays.stream(sum).forEach(all::putLong);
        return all.array();
    }
}
