package io.kvops.migration.value;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes {@link Value}s of records of any size. For one thread. */
public final class ValueSink extends ElementSink {
    private final long maxHeldBytes;
    private final Comparison as;
    private final Consumer<Value> to;
    private final List<Element> held = new ArrayList<>();
    private @Nullable RecordHeader header;
    private @Nullable Digest digest;
    private long bytes;
    private long cost;
    private StreamId lastId = StreamId.ZERO;

    /**
     * @param maxHeldBytes what a record may cost in memory; of a larger one a digest is kept
     * @param to takes each record that ended
     */
    public ValueSink(long maxHeldBytes, Comparison as, Consumer<Value> to) {
        this.maxHeldBytes = maxHeldBytes;
        this.as = as;
        this.to = to;
    }

    @Override
    public void begin(RecordHeader from) {
        clear();
        header = own(from);
        bytes = from.key().length();
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        super.field(name, value, as.fieldExpiry() ? expiresAtMillis : RecordHeader.NO_EXPIRY);
    }

    @Override
    protected void element(Element element, long elementBytes) {
        bytes += elementBytes;
        cost += cost(elementBytes);
        if (element instanceof WholeRecord.State state) {
            lastId = state.lastId();
        }
        if (digest != null) {
            digest.add(element);
            return;
        }
        held.add(element);
        if (cost > maxHeldBytes && header != null) {
            Digest begun = new Digest(header.type());
            held.forEach(begun::add);
            held.clear();
            digest = begun;
        }
    }

    @Override
    public void end() {
        RecordHeader of = header;
        if (of == null) {
            throw new IllegalStateException("end: no record has begun");
        }
        Value value = digest == null
                ? new Value(of, bytes, WholeRecord.of(of, oneChunk()), new byte[0], lastId)
                : new Value(of, bytes, null, digest.result(), lastId);
        clear();
        to.accept(value);
    }

    /** Where chunks end means nothing. */
    private List<Element> oneChunk() {
        RecordHeader of = header;
        boolean chunks = of != null
                && (of.type() == io.kvops.stores.data.RecordType.STRING
                        || of.type() == io.kvops.stores.data.RecordType.OPAQUE);
        if (!chunks || held.size() == 1) {
            return held;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Element chunk : held) {
            all.write(chunk.name().array(), chunk.name().offset(), chunk.name().length());
        }
        return List.of(new WholeRecord.Chunk(Slice.of(all.toByteArray())));
    }

    @Override
    public void abort() {
        clear();
    }

    private void clear() {
        header = null;
        digest = null;
        held.clear();
        bytes = 0;
        cost = 0;
        lastId = StreamId.ZERO;
    }
}
