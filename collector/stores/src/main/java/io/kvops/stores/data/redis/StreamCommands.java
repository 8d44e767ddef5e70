package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.List;

/** The commands that make a stream at a key. For one thread. */
final class StreamCommands {
    private static final byte[] XADD = RespConnection.ascii("XADD");
    private static final byte[] XSETID = RespConnection.ascii("XSETID");
    private static final byte[] XGROUP = RespConnection.ascii("XGROUP");
    private static final byte[] XCLAIM = RespConnection.ascii("XCLAIM");
    private static final byte[] CREATE = RespConnection.ascii("CREATE");
    private static final byte[] NO_GROUP = RespConnection.ascii("0");

    private final Args to;
    private final byte[] key;
    private final RedisVersion version;
    private boolean there;
    private Slice group = new Slice();

    StreamCommands(Args to, byte[] key, RedisVersion version) {
        this.to = to;
        this.key = key;
        this.version = version;
    }

    void entry(StreamId id, List<Slice> namesAndValues) {
        there = true;
        to.command(XADD, namesAndValues.size() + 2).put(key).put(id.toString());
        for (Slice part : namesAndValues) {
            to.put(part);
        }
        to.counted(1);
    }

    void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) {
        if (!there) {
            // a group that comes and goes leaves a stream without entries
            to.command(XGROUP, 5)
                    .put(CREATE)
                    .put(key)
                    .put(NO_GROUP)
                    .put("0")
                    .put("MKSTREAM")
                    .counted(1);
            to.command(XGROUP, 3).put("DESTROY").put(key).put(NO_GROUP).counted(1);
        }
        if (version.seven()) {
            to.command(XSETID, 6).put(key).put(lastId.toString());
            to.put("ENTRIESADDED").put(entriesAdded).put("MAXDELETEDID").put(maxDeletedId.toString());
        } else {
            to.command(XSETID, 2).put(key).put(lastId.toString());
        }
        to.counted(1);
    }

    void group(Slice name, StreamId lastDelivered, long entriesRead) {
        group = name.copy();
        to.command(XGROUP, version.seven() ? 6 : 4)
                .put(CREATE)
                .put(key)
                .put(name)
                .put(lastDelivered.toString());
        if (version.seven()) {
            to.put("ENTRIESREAD").put(entriesRead);
        }
        to.counted(1);
    }

    void consumer(Slice name) {
        if (version.setsExpiry()) {
            to.command(XGROUP, 4)
                    .put("CREATECONSUMER")
                    .put(key)
                    .put(group)
                    .put(name)
                    .counted(1);
        }
    }

    void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) {
        to.command(XCLAIM, 11).put(key).put(group).put(consumer).put("0").put(id.toString());
        to.put("TIME")
                .put(deliveredAtMillis)
                .put("RETRYCOUNT")
                .put(deliveries)
                .put("FORCE")
                .put("JUSTID");
        to.counted(1);
    }
}
