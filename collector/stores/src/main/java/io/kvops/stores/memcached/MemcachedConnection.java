package io.kvops.stores.memcached;

import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One server over one kept connection. */
final class MemcachedConnection implements StoreConnection {
    record Field(String stat, String gauge) {}

    static final List<Field> FIELDS = List.of(
            new Field("uptime", "uptime.seconds"),
            new Field("bytes", "memory.used.bytes"),
            new Field("limit_maxbytes", "memory.limit.bytes"),
            new Field("curr_connections", "connections.open.count"),
            new Field("max_connections", "connections.limit.count"),
            new Field("total_connections", "connections.accepted.count.total"),
            new Field("rejected_connections", "connections.rejected.count.total"),
            new Field("curr_items", "keys.count"),
            new Field("get_hits", "hits.count.total"),
            new Field("get_misses", "misses.count.total"),
            new Field("evictions", "evictions.count.total"),
            new Field("get_expired", "memcached.expired.reads.count.total"),
            new Field("expired_unfetched", "memcached.expired.unread.count.total"),
            new Field("evicted_unfetched", "memcached.evicted.unread.count.total"),
            new Field("reclaimed", "expirations.count.total"),
            new Field("bytes_read", "network.in.bytes.total"),
            new Field("bytes_written", "network.out.bytes.total"),
            new Field("total_items", "memcached.stored.count.total"),
            new Field("cmd_get", "memcached.gets.count.total"),
            new Field("cmd_set", "memcached.sets.count.total"),
            new Field("cmd_touch", "memcached.touches.count.total"),
            new Field("hash_bytes", "memcached.hash.bytes"),
            new Field("threads", "memcached.threads.count"),
            new Field("conn_yields", "memcached.yields.count.total"),
            new Field("listen_disabled_num", "memcached.full.count.total"),
            new Field("auth_errors", "memcached.login.errors.count.total"),
            new Field("rusage_user", "memcached.cpu.user.seconds.total"),
            new Field("rusage_system", "memcached.cpu.system.seconds.total"));

    /** Together they are all operations of clients. */
    static final List<String> OPERATIONS = List.of(
            "cmd_get",
            "cmd_set",
            "cmd_touch",
            "delete_hits",
            "delete_misses",
            "incr_hits",
            "incr_misses",
            "decr_hits",
            "decr_misses");

    private static final int MAX_CLASSES = 64;

    private final StoreAddress address;
    private final ProbeContext context;
    private @Nullable StatsClient client;

    MemcachedConnection(StoreAddress address, ProbeContext context) {
        this.address = address;
        this.context = context;
    }

    @Override
    public void measure(Reading into) throws StoreException {
        Deadline deadline = context.deadline();
        StatsClient open = client(deadline);
        Map<String, String> stats = open.stats("", deadline);
        if (!stats.containsKey("version")) {
            throw new StoreException(
                    StoreException.Kind.NONSENSE,
                    address.host() + " answers stats without a version: not a memcached; check host and port");
        }
        for (Field field : FIELDS) {
            into.put(field.gauge(), number(stats, field.stat()));
        }
        into.put("cpu.used.seconds.total", number(stats, "rusage_user") + number(stats, "rusage_system"));
        into.put(
                "operations.count.total",
                OPERATIONS.stream()
                        .mapToDouble(s -> stats.containsKey(s) ? number(stats, s) : 0)
                        .sum());
        into.run(stats.getOrDefault("pid", ""), number(stats, "uptime"));
        slabs(open.stats("slabs", deadline), into);
        items(open.stats("items", deadline), into);
        into.put("memcached.item.limit.bytes", number(open.stats("settings", deadline), "item_size_max"));
    }

    private static void slabs(Map<String, String> slabs, Reading into) {
        into.put("memcached.slabs.active.count", number(slabs, "active_slabs"));
        into.put("memcached.slabs.allocated.bytes", number(slabs, "total_malloced"));
        for (int i = 1; i <= MAX_CLASSES; i++) {
            into.put("memcached.slab" + i + ".chunk.bytes", number(slabs, i + ":chunk_size"));
            into.put("memcached.slab" + i + ".used.count", number(slabs, i + ":used_chunks"));
            into.put("memcached.slab" + i + ".free.count", number(slabs, i + ":free_chunks"));
        }
    }

    private static void items(Map<String, String> items, Reading into) {
        for (int i = 1; i <= MAX_CLASSES; i++) {
            into.put("memcached.slab" + i + ".evictions.count.total", number(items, "items:" + i + ":evicted"));
            into.put("memcached.slab" + i + ".oldest.seconds", number(items, "items:" + i + ":age"));
            into.put("memcached.slab" + i + ".full.count.total", number(items, "items:" + i + ":outofmemory"));
        }
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Deadline deadline = context.deadline();
        StatsClient open = client(deadline);
        Map<String, String> stats = open.stats("", deadline);
        Map<String, String> settings = open.stats("settings", deadline);
        return new StoreDescription(
                "memcached",
                "memcached",
                stats.getOrDefault("version", ""),
                "",
                "standalone",
                Map.of(
                        "memory.limit.bytes", number(stats, "limit_maxbytes"),
                        "connections.limit.count", number(settings, "maxconns"),
                        "memcached.item.limit.bytes", number(settings, "item_size_max")),
                Map.of("evictions", settings.getOrDefault("evictions", "")));
    }

    private StatsClient client(Deadline deadline) throws StoreException {
        StatsClient known = client;
        if (known == null) {
            known = new StatsClient(address, deadline);
            client = known;
        }
        return known;
    }

    private static double number(Map<String, String> stats, String name) {
        String text = stats.get(name);
        try {
            return text == null ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    @Override
    public void close() {
        StatsClient known = client;
        client = null;
        if (known != null) {
            known.close();
        }
    }
}
