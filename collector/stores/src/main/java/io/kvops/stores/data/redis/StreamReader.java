package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream by ranges, and what XINFO and XPENDING tell of it. Instants of deliveries are right to some milliseconds. */
final class StreamReader {
    private static final String LAST = "18446744073709551615-18446744073709551615";
    private static final int PENDING_COUNT = 1_000;

    private final RespConnection connection;
    private final RespInput in;
    private final RedisVersion version;
    private final byte[] key;
    private final int step;
    private final Slice one = new Slice();

    StreamReader(RespConnection connection, RedisVersion version, byte[] key, int step) {
        this.connection = connection;
        this.in = connection.in();
        this.version = version;
        this.key = key;
        this.step = step;
    }

    private record Group(Slice name, StreamId delivered, long entriesRead) {}

    void tell(RecordSink sink) throws IOException, StoreException, ErrorReply {
        entries(sink);
        state(sink);
        for (Group group : groups()) {
            sink.group(group.name, group.delivered, group.entriesRead);
            for (Slice consumer : consumers(group.name)) {
                sink.consumer(consumer);
            }
            pending(group.name, sink);
        }
    }

    private static StreamId after(StreamId id) {
        return id.sequence() == -1 ? new StreamId(id.millis() + 1, 0) : new StreamId(id.millis(), id.sequence() + 1);
    }

    private void entries(RecordSink sink) throws IOException, StoreException, ErrorReply {
        StreamId from = StreamId.ZERO;
        List<Slice> fields = new ArrayList<>();
        int came;
        do {
            came = connection
                    .ask("XRANGE", key, from, LAST, "COUNT", (long) step)
                    .array();
            for (int i = 0; i < came; i++) {
                in.array();
                StreamId id = StreamId.parse(in.text());
                fields.clear();
                for (int left = in.array(); left > 0; left--) {
                    in.bulk(one);
                    fields.add(one.copy());
                }
                sink.entry(id, fields);
                from = after(id);
            }
        } while (came == step);
    }

    private void state(RecordSink sink) throws IOException, StoreException, ErrorReply {
        StreamId last = StreamId.ZERO;
        StreamId maxDeleted = StreamId.ZERO;
        long length = 0;
        long added = -1;
        connection.ask("XINFO", "STREAM", key);
        for (int left = in.array() / 2; left > 0; left--) {
            switch (in.text()) {
                case "length" -> length = in.integer();
                case "last-generated-id" -> last = StreamId.parse(in.text());
                case "max-deleted-entry-id" -> maxDeleted = StreamId.parse(in.text());
                case "entries-added" -> added = in.integer();
                default -> in.skip();
            }
        }
        sink.state(last, added < 0 ? length : added, maxDeleted);
    }

    private List<Group> groups() throws IOException, StoreException, ErrorReply {
        List<Group> groups = new ArrayList<>();
        connection.ask("XINFO", "GROUPS", key);
        for (int left = in.array(); left > 0; left--) {
            Slice name = new Slice();
            StreamId delivered = StreamId.ZERO;
            long read = -1;
            for (int pairs = in.array() / 2; pairs > 0; pairs--) {
                switch (in.text()) {
                    case "name" -> {
                        in.bulk(one);
                        name = one.copy();
                    }
                    case "last-delivered-id" -> delivered = StreamId.parse(in.text());
                    case "entries-read" -> read = in.integerOrNone();
                    default -> in.skip();
                }
            }
            groups.add(new Group(name, delivered, read));
        }
        return groups;
    }

    private List<Slice> consumers(Slice group) throws IOException, StoreException, ErrorReply {
        List<Slice> names = new ArrayList<>();
        connection.ask("XINFO", "CONSUMERS", key, group.toBytes());
        for (int left = in.array(); left > 0; left--) {
            for (int pairs = in.array() / 2; pairs > 0; pairs--) {
                if (in.text().equals("name")) {
                    in.bulk(one);
                    names.add(one.copy());
                } else {
                    in.skip();
                }
            }
        }
        return names;
    }

    private void pending(Slice group, RecordSink sink) throws IOException, StoreException, ErrorReply {
        byte[] name = group.toBytes();
        Expiries clock = new Expiries(version);
        StreamId from = StreamId.ZERO;
        int came;
        do {
            clock.time(connection.ask("TIME"));
            connection.ask("XPENDING", key, name, from, LAST, (long) PENDING_COUNT);
            came = in.array();
            for (int i = 0; i < came; i++) {
                in.array();
                StreamId id = StreamId.parse(in.text());
                in.bulk(one);
                Slice consumer = one.copy();
                long idle = in.integer();
                sink.pending(id, consumer, clock.millis() - idle, in.integer());
                from = after(id);
            }
        } while (came == PENDING_COUNT);
    }
}
