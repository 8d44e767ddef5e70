import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/**
 * Holds a database with two column families, says what it says of itself, and waits. Arguments: a folder; a file to write to;
 * a file whose appearance ends it.
 */
public final class GaugesScenario {
    public static void main(String[] arguments) throws Exception {
        RocksDB.loadLibrary();
        List<ColumnFamilyDescriptor> families = Arrays.asList(
                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY), new ColumnFamilyDescriptor(bytes("more")));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Statistics statistics = new Statistics();
                DBOptions options = new DBOptions()
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setStatistics(statistics);
                FlushOptions flush = new FlushOptions().setWaitForFlush(true);
                RocksDB db = RocksDB.open(options, arguments[0], families, handles)) {
            for (int i = 0; i < 1_000; i++) {
                db.put(bytes("a:" + i), new byte[100]);
                db.put(handles.get(1), bytes("b:" + i), new byte[200]);
            }
            db.flush(flush, handles);
            for (int i = 0; i < 500; i++) {
                db.put(bytes("c:" + i), new byte[100]);
                db.get(bytes("a:" + i));
            }
            try (PrintStream out = new PrintStream(arguments[1] + ".new")) {
                sum(out, db, "keys.count", "estimate-num-keys");
                sum(out, db, "storage.used.bytes", "total-sst-files-size");
                sum(out, db, "rocksdb.sst.size.bytes", "total-sst-files-size");
                sum(out, db, "rocksdb.memtable.size.bytes", "cur-size-all-mem-tables");
                sum(out, db, "rocksdb.tablereaders.memory.bytes", "estimate-table-readers-mem");
                out.println("rocksdb.level0.files.count=" + db.getProperty("rocksdb.num-files-at-level0"));
                out.println("rocksdb.blockcache.used.bytes=" + db.getLongProperty("rocksdb.block-cache-usage"));
                out.println("rocksdb.sequence.count.total=" + db.getLatestSequenceNumber());
                ticker(out, statistics, "rocksdb.keys.written.count.total", TickerType.NUMBER_KEYS_WRITTEN);
                ticker(out, statistics, "rocksdb.written.bytes.total", TickerType.BYTES_WRITTEN);
                ticker(out, statistics, "rocksdb.keys.read.count.total", TickerType.NUMBER_KEYS_READ);
                ticker(out, statistics, "rocksdb.blockcache.hits.count.total", TickerType.BLOCK_CACHE_HIT);
                ticker(out, statistics, "rocksdb.blockcache.misses.count.total", TickerType.BLOCK_CACHE_MISS);
                ticker(out, statistics, "rocksdb.flush.written.bytes.total", TickerType.FLUSH_WRITE_BYTES);
            }
            new File(arguments[1] + ".new").renameTo(new File(arguments[1]));
            while (!new File(arguments[2]).exists()) {
                LockSupport.parkNanos(50_000_000);
                db.get(bytes("keeps:frames:coming"));
            }
            for (ColumnFamilyHandle handle : handles) {
                handle.close();
            }
        }
    }

    private static void sum(PrintStream out, RocksDB db, String name, String property) throws Exception {
        out.println(name + "=" + db.getAggregatedLongProperty("rocksdb." + property));
    }

    private static void ticker(PrintStream out, Statistics statistics, String name, TickerType type) {
        out.println(name + "=" + statistics.getTickerCount(type));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
