package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A serialised stream: listpacks of entries that share the names of their fields with the first one, then what the stream
 * knows, then its groups. For one thread.
 */
final class RdbStream {
    private static final int FIRST = 15;
    private static final int THIRD = 21;
    private static final int DELETED = 1;
    private static final int SAME_NAMES = 2;

    private final RdbInput in;
    private final int code;
    private final RecordSink to;
    private final Slice one = new Slice();

    RdbStream(RdbInput in, int code, RecordSink to) {
        this.in = in;
        this.code = code;
        this.to = to;
    }

    void tell() throws StoreException {
        for (int left = in.count(); left > 0; left--) {
            RdbInput name = new RdbInput(in.string(one));
            StreamId master = new StreamId(name.bigEndian(8), name.bigEndian(8));
            entries(master, PackedList.listpack(in.string(one)));
        }
        long count = in.length();
        StreamId last = id();
        StreamId maxDeleted = StreamId.ZERO;
        long added = count;
        if (code > FIRST) {
            id();
            maxDeleted = id();
            added = in.length();
        }
        to.state(last, added, maxDeleted);
        for (int left = in.count(); left > 0; left--) {
            group();
        }
    }

    private StreamId id() {
        return new StreamId(in.length(), in.length());
    }

    private StreamId rawId() {
        return new StreamId(in.bigEndian(8), in.bigEndian(8));
    }

    private void entries(StreamId master, PackedList list) throws StoreException {
        Slice scratch = new Slice();
        long left = list.number(scratch) + list.number(scratch);
        int shared = (int) list.number(scratch);
        List<Slice> names = new ArrayList<>();
        for (int i = 0; i < shared; i++) {
            names.add(list.next(new Slice()));
        }
        list.number(scratch);
        List<Slice> fields = new ArrayList<>();
        for (; left > 0; left--) {
            long flags = list.number(scratch);
            StreamId id =
                    new StreamId(master.millis() + list.number(scratch), master.sequence() + list.number(scratch));
            fields.clear();
            boolean same = (flags & SAME_NAMES) != 0;
            long count = same ? shared : list.number(scratch);
            for (int i = 0; i < count; i++) {
                fields.add(same ? names.get(i) : list.next(new Slice()));
                fields.add(list.next(new Slice()));
            }
            list.number(scratch);
            if ((flags & DELETED) == 0) {
                to.entry(id, fields);
            }
        }
    }

    private void group() throws StoreException {
        in.string(one);
        StreamId delivered = id();
        to.group(one, delivered, code > FIRST ? in.length() : -1);
        TreeMap<StreamId, Waiting> pending = new TreeMap<>();
        for (int left = in.count(); left > 0; left--) {
            pending.put(rawId(), new Waiting(in.littleEndian(8), in.length()));
        }
        for (int left = in.count(); left > 0; left--) {
            Slice name = in.string(new Slice());
            in.raw(code >= THIRD ? 16 : 8, new Slice());
            to.consumer(name);
            for (int ids = in.count(); ids > 0; ids--) {
                Waiting waiting = pending.get(rawId());
                if (waiting == null) {
                    throw new IllegalArgumentException("an entry waits for a consumer and not for its group");
                }
                waiting.consumer = name;
            }
        }
        for (Map.Entry<StreamId, Waiting> entry : pending.entrySet()) {
            Waiting waiting = entry.getValue();
            to.pending(entry.getKey(), waiting.consumer, waiting.deliveredAt, waiting.deliveries);
        }
    }

    private static final class Waiting {
        private final long deliveredAt;
        private final long deliveries;
        private Slice consumer = new Slice();

        Waiting(long deliveredAt, long deliveries) {
            this.deliveredAt = deliveredAt;
            this.deliveries = deliveries;
        }
    }
}
