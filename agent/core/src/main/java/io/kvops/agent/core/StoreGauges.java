package io.kvops.agent.core;

import io.kvops.agent.boot.Opened;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the application's open databases and pools say of themselves; a gauge's name is that of its number, {@code @} and the
 * place. What an object does not know is asked once. The thread that measures.
 */
final class StoreGauges {
    private static final int DATABASES_MAX = 16;
    private static final int POOLS_MAX = 64;
    private static final double UNSIGNED = 0x1p64;

    private static final String KEYS = "sum:rocksdb.estimate-num-keys";
    private static final String FILES = "sum:rocksdb.total-sst-files-size";
    private static final String MEMTABLES = "sum:rocksdb.size-all-mem-tables";
    private static final String READERS = "sum:rocksdb.estimate-table-readers-mem";
    private static final String CACHE = "rocksdb.block-cache-usage";

    private static final String STORAGE = "storage.used.bytes";
    private static final String MEMORY = "memory.used.bytes";

    /**
     * Name, what to ask for; some are asked for twice, under the name that all stores have, too. A block cache is usually one
     * for all column families, so it is not summed.
     */
    private static final String[][] ROCKSDB = {
        {STORAGE, FILES},
        {"rocksdb.sst.size.bytes", FILES},
        {"rocksdb.sst.live.bytes", "sum:rocksdb.live-sst-files-size"},
        {"keys.count", KEYS},
        {"rocksdb.memtable.size.bytes", "sum:rocksdb.cur-size-all-mem-tables"},
        {"rocksdb.memtable.all.bytes", MEMTABLES},
        {"rocksdb.tablereaders.memory.bytes", READERS},
        {"rocksdb.blockcache.used.bytes", CACHE},
        {"rocksdb.blockcache.limit.bytes", "rocksdb.block-cache-capacity"},
        {"rocksdb.blockcache.pinned.bytes", "rocksdb.block-cache-pinned-usage"},
        {"rocksdb.level0.files.count", "text:rocksdb.num-files-at-level0"},
        {"rocksdb.compaction.pending.bytes", "sum:rocksdb.estimate-pending-compaction-bytes"},
        {"rocksdb.compaction.running.count", "rocksdb.num-running-compactions"},
        {"rocksdb.flush.running.count", "rocksdb.num-running-flushes"},
        {"rocksdb.flush.pending.count", "sum:rocksdb.mem-table-flush-pending"},
        {"rocksdb.write.stopped.count", "rocksdb.is-write-stopped"},
        {"rocksdb.write.delayed.rate.bytes", "rocksdb.actual-delayed-write-rate"},
        {"rocksdb.snapshots.count", "rocksdb.num-snapshots"},
        {"rocksdb.sequence.oldest.count", "rocksdb.oldest-snapshot-sequence"},
        {"rocksdb.sequence.count.total", "sequence"},
        {"rocksdb.errors.background.count.total", "rocksdb.background-errors"},
    };

    /** The same of the application's statistics, where it has any; a unit's factor. */
    private static final Object[][] TICKERS = {
        {"rocksdb.blockcache.hits.count.total", "BLOCK_CACHE_HIT", 1.0},
        {"rocksdb.blockcache.misses.count.total", "BLOCK_CACHE_MISS", 1.0},
        {"rocksdb.bloomfilter.useful.count.total", "BLOOM_FILTER_USEFUL", 1.0},
        {"rocksdb.memtable.hits.count.total", "MEMTABLE_HIT", 1.0},
        {"rocksdb.memtable.misses.count.total", "MEMTABLE_MISS", 1.0},
        {"rocksdb.keys.read.count.total", "NUMBER_KEYS_READ", 1.0},
        {"rocksdb.keys.written.count.total", "NUMBER_KEYS_WRITTEN", 1.0},
        {"rocksdb.read.bytes.total", "BYTES_READ", 1.0},
        {"rocksdb.written.bytes.total", "BYTES_WRITTEN", 1.0},
        {"rocksdb.stall.seconds.total", "STALL_MICROS", 1e-6},
        {"rocksdb.compaction.read.bytes.total", "COMPACT_READ_BYTES", 1.0},
        {"rocksdb.compaction.written.bytes.total", "COMPACT_WRITE_BYTES", 1.0},
        {"rocksdb.flush.written.bytes.total", "FLUSH_WRITE_BYTES", 1.0},
    };

    private static final String[][] POOL = {
        {"jedis.pool.active.count", "active"},
        {"jedis.pool.idle.count", "idle"},
        {"jedis.pool.waiters.count", "waiters"},
        {"jedis.pool.limit.count", "max"},
    };

    private Map<Opened, Set<String>> unknown = new HashMap<>();
    private long notMeasured;

    /** Asks all that are open, up to a bound. Several pools to one place are added up. */
    void read(List<Opened> all, Map<String, Double> into) {
        Map<Opened, Set<String>> stillUnknown = new HashMap<>();
        Set<String> paths = new HashSet<>();
        int pools = 0;
        for (Opened opened : all) {
            stillUnknown.put(opened, unknown.getOrDefault(opened, new HashSet<>()));
        }
        unknown = stillUnknown;
        for (Opened opened : all) {
            if (opened.kind().equals("rocksdb")) {
                // one path opened twice, to read only, has the same numbers
                if (!paths.contains(opened.where()) && paths.size() < DATABASES_MAX) {
                    paths.add(opened.where());
                    rocksdb(opened, into);
                } else if (!paths.contains(opened.where())) {
                    notMeasured++;
                }
            } else if (pools++ < POOLS_MAX) {
                for (String[] row : POOL) {
                    put(into, row[0], opened, ask(opened, row[1]));
                }
            } else {
                notMeasured++;
            }
        }
    }

    private void rocksdb(Opened opened, Map<String, Double> into) {
        Map<String, Double> asked = new HashMap<>();
        for (String[] row : ROCKSDB) {
            Double known = asked.get(row[1]);
            double value = known != null ? known : ask(opened, row[1]);
            asked.put(row[1], value);
            put(into, row[0], opened, value);
        }
        put(into, MEMORY, opened, value(asked, MEMTABLES) + value(asked, READERS) + value(asked, CACHE));
        if (opened.hasOwned()) {
            for (Object[] row : TICKERS) {
                put(into, (String) row[0], opened, ask(opened, "ticker:" + row[1]) * (Double) row[2]);
            }
        }
    }

    private static double value(Map<String, Double> asked, String what) {
        Double value = asked.get(what);
        return value == null ? Double.NaN : value;
    }

    private static void put(Map<String, Double> into, String name, Opened opened, double value) {
        if (!Double.isNaN(value)) {
            into.merge(name + '@' + opened.where(), value, Double::sum);
        }
    }

    private double ask(Opened opened, String what) {
        Set<String> notKnown = unknown.get(opened);
        if (notKnown == null || notKnown.contains(what)) {
            return Double.NaN;
        }
        try {
            double value = opened.measure(what);
            return value < 0 ? value + UNSIGNED : value;
        } catch (Exception | LinkageError e) {
            notKnown.add(what);
            return Double.NaN;
        }
    }

    /** Objects that were not asked since the last call, as there are too many. */
    long takeNotMeasured() {
        long n = notMeasured + Opened.takeIgnored();
        notMeasured = 0;
        return n;
    }
}
