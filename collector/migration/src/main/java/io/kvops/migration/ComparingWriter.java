package io.kvops.migration;

import io.kvops.migration.value.Comparison;
import io.kvops.migration.value.Value;
import io.kvops.migration.value.ValueSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks what the target has before it writes. Small records wait in a batch, so that the target is asked once for many; of a
 * large one a digest is compared, and the record is read again if it is to be written.
 */
final class ComparingWriter implements PartWriter {
    private static final int MAX_WAITING = 256;
    private static final long MAX_WAITING_BYTES = 4 << 20;
    static final long MAX_HELD_BYTES = 1 << 20;

    private final DataStore store;
    private final PartWriter writer;
    private final MigrationJob job;
    private final Comparison as;
    private final CopyTarget.Revisit revisit;
    private final Map<Slice, Value> waiting = new HashMap<>();
    private final ValueSink values;
    private final RecordSink sink;
    private final List<Value> ended = new ArrayList<>(1);
    private long waitingBytes;
    private long skipped;
    private long same;

    ComparingWriter(DataStore store, PartWriter writer, MigrationJob job, Comparison as, CopyTarget.Revisit revisit) {
        this.store = store;
        this.writer = writer;
        this.job = job;
        this.as = as;
        this.revisit = revisit;
        this.values = new ValueSink(MAX_HELD_BYTES, as, ended::add);
        this.sink = new ForwardingSink() {
            @Override
            protected RecordSink to() {
                return values;
            }

            @Override
            public void end() throws StoreException {
                values.end();
                take(ended.remove(0));
            }
        };
    }

    @Override
    public RecordSink sink() {
        return sink;
    }

    @Override
    public RecordSink certain() {
        return writer.certain();
    }

    private void take(Value value) throws StoreException {
        if (waiting.containsKey(value.key())) {
            settle(); // the source gave it twice: in this order
        }
        if (value.whole() == null) {
            Map<Slice, Value> there = look(List.of(value.key()));
            if (wanted(value, there.get(value.key()))) {
                revisit.again();
            }
            return;
        }
        waiting.put(value.key(), value);
        waitingBytes += value.bytes();
        if (waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) {
            settle();
        }
    }

    private void settle() throws StoreException {
        if (waiting.isEmpty()) {
            return;
        }
        Map<Slice, Value> there = look(List.copyOf(waiting.keySet()));
        for (Value value : waiting.values()) {
            WholeRecord whole = value.whole();
            if (whole != null && wanted(value, there.get(value.key()))) {
                whole.writeTo(writer.certain());
            }
        }
        waiting.clear();
        waitingBytes = 0;
    }

    private Map<Slice, Value> look(List<Slice> keys) throws StoreException {
        return Lookup.values(store, keys, MAX_HELD_BYTES, as);
    }

    private boolean wanted(Value value, @org.jspecify.annotations.Nullable Value there) throws StoreException {
        if (there == null) {
            return true;
        }
        if (value.same(there, as)) {
            same++;
            skipped++;
            return false;
        }
        boolean takes = switch (job.conflict()) {
            case OVERWRITE -> true;
            case SKIP -> false;
            case NEWER -> newer(value, there);
            case FAIL ->
                throw new StoreException(
                        StoreException.Kind.CONFLICT,
                        "a key is there already with another value; choose with --on-conflict what is to become of such");
        };
        skipped += takes ? 0 : 1;
        return takes;
    }

    private static boolean newer(Value value, Value there) {
        long mine = version(value);
        long theirs = version(there);
        if (mine >= 0 && theirs >= 0) {
            return mine > theirs;
        }
        if (value.header().type() == RecordType.STREAM && there.header().type() == RecordType.STREAM) {
            return value.lastId().compareTo(there.lastId()) > 0;
        }
        return value.header().expires()
                && there.header().expires()
                && value.header().expiresAtMillis() > there.header().expiresAtMillis();
    }

    private static long version(Value value) {
        String text = value.header().metadata().get("version");
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public void flush() throws StoreException {
        settle();
        writer.flush();
    }

    @Override
    public Tally tally() {
        return writer.tally().plus(Tally.Of.SKIPPED, skipped).plus(Tally.Of.SAME, same);
    }

    @Override
    public void close() throws StoreException {
        writer.close();
    }
}
