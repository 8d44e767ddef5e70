package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.WriteOptions.Conflict;
import io.kvops.stores.data.WriteOptions.Loss;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a store that holds strings of bytes by key: puts each value together (so it must fit the store and the memory),
 * applies the policies, and leaves putting and committing to the connector. For one thread.
 */
public abstract class ValueWriter implements RecordWriter {
    private final Capabilities can;
    private final WriteOptions options;
    private final Clock clock;
    private final ByteBuffers value;

    private WriteCounts acknowledged = WriteCounts.NONE;
    private WriteCounts sent = WriteCounts.NONE;
    private long unsentBytes;

    private @Nullable RecordHeader header;
    /** The expiry and metadata that the store itself will keep. */
    private long expiresAt;

    private Map<String, String> metadata = Map.of();
    private boolean enveloped;
    private boolean leftOut;
    private boolean reduced;

    protected ValueWriter(Capabilities can, WriteOptions options, Clock clock) {
        this.can = can;
        this.options = options;
        this.clock = clock;
        this.value = new ByteBuffers(can.maxValueBytes());
    }

    /** Whether a key is there, among those put and not committed too. Not asked under REPLACE. */
    protected abstract boolean has(Slice key) throws StoreException;

    /**
     * Puts a value, in place of what is there.
     *
     * @param expiresAtMillis in the future or NO_EXPIRY
     */
    protected abstract void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
            throws StoreException;

    /** Removes a key, if it is there. */
    protected abstract void remove(Slice key) throws StoreException;

    /** Why the store can't hold a key whose length would do, in a few words; null if it can. */
    protected @Nullable String unfit(Slice key) {
        return null;
    }

    /** Whether the store can keep that expiry, if it keeps any. */
    protected boolean keepsExpiry(long expiresAtMillis) {
        return true;
    }

    /** Makes all that was put durable, as far as the store does. */
    protected abstract void commit() throws StoreException;

    @Override
    public final void begin(RecordHeader from) throws StoreException {
        header = from;
        enveloped = false;
        leftOut = false;
        reduced = false;
        value.clear();
        expiresAt = from.expiresAtMillis();
        metadata = from.metadata();
        if (from.key().length() > can.maxKeyBytes()) {
            leaveOut("a key of " + from.key().length() + " bytes (it takes " + can.maxKeyBytes() + ")");
            return;
        }
        String unfit = unfit(from.key());
        if (unfit != null) {
            leaveOut(unfit);
            return;
        }
        if (from.type() == RecordType.OPAQUE || !can.types().contains(from.type())) {
            if (options.loss() == Loss.ENCODE && can.encodes()) {
                envelop();
            } else {
                leaveOut("a value of type " + from.type().name().toLowerCase(Locale.ROOT));
            }
            return;
        }
        if (!attributesFit(from)) {
            if (options.loss() == Loss.FAIL) {
                throw unsupported("an expiry or metadata " + from.metadata().keySet());
            }
            if (options.loss() == Loss.ENCODE && can.encodes()) {
                envelop();
            } else {
                reduce(from);
            }
        }
    }

    private boolean attributesFit(RecordHeader from) {
        return (!from.expires() || keepsExpiryOf(from))
                && can.metadata().containsAll(from.metadata().keySet());
    }

    private boolean keepsExpiryOf(RecordHeader from) {
        return can.expiry() && keepsExpiry(from.expiresAtMillis());
    }

    private void reduce(RecordHeader from) {
        reduced = true;
        expiresAt = keepsExpiryOf(from) ? from.expiresAtMillis() : RecordHeader.NO_EXPIRY;
        metadata = new HashMap<>(from.metadata());
        metadata.keySet().retainAll(can.metadata());
    }

    private void envelop() throws StoreException {
        enveloped = true;
        RecordHeader from = current();
        expiresAt = keepsExpiryOf(from) ? from.expiresAtMillis() : RecordHeader.NO_EXPIRY;
        metadata = new HashMap<>(from.metadata());
        metadata.keySet().retainAll(can.metadata());
        Envelope.begin(from, value);
    }

    private void leaveOut(String what) throws StoreException {
        if (options.loss() == Loss.FAIL) {
            throw unsupported(what);
        }
        leftOut = true;
    }

    private StoreException unsupported(String what) {
        return new StoreException(
                Kind.UNSUPPORTED, "the target can't hold " + what + "; choose to encode or to skip what it can't hold");
    }

    private RecordHeader current() {
        RecordHeader of = header;
        if (of == null) {
            throw new IllegalStateException("no record has begun");
        }
        return of;
    }

    private interface Step {
        void run() throws StoreException;
    }

    /** A value that grows too large is left out as a whole, where that is the policy. */
    private void add(Step step) throws StoreException {
        current();
        if (leftOut) {
            return;
        }
        try {
            step.run();
        } catch (StoreException e) {
            if (e.kind() != Kind.UNSUPPORTED || options.loss() == Loss.FAIL) {
                throw e;
            }
            leftOut = true;
            value.clear();
        }
    }

    private void tag(int tag) throws StoreException {
        if (!enveloped) {
            throw new IllegalStateException("an element that does not fit " + header);
        }
        value.put(tag);
    }

    @Override
    public final void chunk(Slice bytes) throws StoreException {
        add(() -> {
            if (enveloped) {
                tag(Envelope.CHUNK);
                value.bytes(bytes);
            } else {
                value.put(bytes);
            }
        });
    }

    @Override
    public final void field(Slice name, Slice of, long expiresAtMillis) throws StoreException {
        add(() -> {
            tag(Envelope.FIELD);
            value.bytes(name);
            value.bytes(of);
            value.number(expiresAtMillis + 1);
        });
    }

    @Override
    public final void item(Slice of) throws StoreException {
        one(Envelope.ITEM, of);
    }

    @Override
    public final void member(Slice member) throws StoreException {
        one(Envelope.MEMBER, member);
    }

    @Override
    public final void consumer(Slice name) throws StoreException {
        one(Envelope.CONSUMER, name);
    }

    private void one(int tag, Slice of) throws StoreException {
        add(() -> {
            tag(tag);
            value.bytes(of);
        });
    }

    @Override
    public final void scored(Slice member, double score) throws StoreException {
        add(() -> {
            tag(Envelope.SCORED);
            value.bytes(member);
            value.score(score);
        });
    }

    @Override
    public final void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        add(() -> {
            tag(Envelope.ENTRY);
            value.id(id);
            value.number(namesAndValues.size());
            for (Slice part : namesAndValues) {
                value.bytes(part);
            }
        });
    }

    @Override
    public final void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        add(() -> {
            tag(Envelope.STATE);
            value.id(lastId);
            value.number(entriesAdded);
            value.id(maxDeletedId);
        });
    }

    @Override
    public final void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        add(() -> {
            tag(Envelope.GROUP);
            value.bytes(name);
            value.id(lastDelivered);
            value.number(entriesRead + 1);
        });
    }

    @Override
    public final void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries)
            throws StoreException {
        add(() -> {
            tag(Envelope.PENDING);
            value.id(id);
            value.bytes(consumer);
            value.number(deliveredAtMillis);
            value.number(deliveries);
        });
    }

    @Override
    public final void end() throws StoreException {
        RecordHeader of = current();
        add(() -> {
            if (enveloped) {
                Envelope.end(value);
            } else if (Envelope.begins(value.all())) {
                // it could be taken for an envelope: hold it in one
                Slice text = value.all().copy();
                value.clear();
                envelop();
                value.put(Envelope.CHUNK);
                value.bytes(text);
                Envelope.end(value);
            }
        });
        header = null;
        if (leftOut) {
            sent = sent.plus(new WriteCounts(0, 0, 1, 0, 0, 0));
        } else if (options.conflict() != Conflict.REPLACE && has(of.key())) {
            conflict();
        } else if (of.expires() && of.expiresAtMillis() <= clock.millis()) {
            remove(of.key());
            sent = sent.plus(new WriteCounts(0, 0, 0, 0, 1, 0));
        } else {
            Slice all = value.all();
            put(of.key(), all, expiresAt, metadata);
            long bytes = of.key().length() + (long) all.length();
            sent = sent.plus(new WriteCounts(1, 0, 0, reduced ? 1 : 0, 0, bytes));
            unsentBytes += bytes;
        }
        if (unsentBytes >= options.batchBytes()) {
            flush();
        }
    }

    private void conflict() throws StoreException {
        if (options.conflict() == Conflict.FAIL) {
            throw new StoreException(
                    Kind.CONFLICT, "a key is there already; choose to replace or to skip those that are");
        }
        sent = sent.plus(new WriteCounts(0, 1, 0, 0, 0, 0));
    }

    @Override
    public final void abort() {
        header = null;
        value.clear();
    }

    @Override
    public final void flush() throws StoreException {
        commit();
        acknowledged = acknowledged.plus(sent);
        sent = WriteCounts.NONE;
        unsentBytes = 0;
    }

    @Override
    public final WriteCounts counts() {
        return acknowledged;
    }
}
