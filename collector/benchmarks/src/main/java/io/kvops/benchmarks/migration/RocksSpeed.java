package io.kvops.benchmarks.migration;

import io.kvops.migration.Action;
import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.Pace;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Migrates a RocksDB to a new one, beside a bare loop of an iterator and write batches in the same run. Arguments: number of keys
 * (2 000 000), runs (3).
 */
public final class RocksSpeed {
    private static final int VALUE_BYTES = 200;

    private RocksSpeed() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 2_000_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        PrintStream out = System.out;
        RocksDB.loadLibrary();
        try (Workplace place = Workplace.make();
                DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.in(place.path("tasks")))) {
            Path source = place.path("source");
            fill(source, keys);
            out.println("| run | bare loop, keys/s | migrate, keys/s | of the loop | one part, keys/s | of the loop |");
            out.println("|---:|---:|---:|---:|---:|---:|");
            for (int run = 1; run <= runs; run++) {
                double bare = bare(source, place.path("target"), keys);
                double copy = migrate(manager, source, place.path("target"), Pace.DEFAULT, keys);
                double one = migrate(manager, source, place.path("target"), Pace.DEFAULT.withParallel(1), keys);
                out.printf(
                        Locale.ROOT,
                        "| %d | %,.0f | %,.0f | %.2f | %,.0f | %.2f |%n",
                        run,
                        bare,
                        copy,
                        copy / bare,
                        one,
                        one / bare);
            }
        }
    }

    private static void fill(Path folder, int keys) throws RocksDBException {
        Random random = new Random(1);
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, folder.toString());
                WriteOptions how = new WriteOptions();
                WriteBatch batch = new WriteBatch()) {
            for (int i = 0; i < keys; i++) {
                String key = String.format(Locale.ROOT, "shop:%010d", i);
                batch.put(bytes(key), bytes(MixedKeys.text(random, VALUE_BYTES)));
                if (batch.count() == Pace.DEFAULT.batch()) {
                    db.write(how, batch);
                    batch.clear();
                }
            }
            db.write(how, batch);
            db.compactRange();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Keys a second, from the first read to the end of the log on the disk. */
    private static double bare(Path source, Path target, int keys) throws Exception {
        try (Options reading = new Options();
                Options writing = new Options().setCreateIfMissing(true);
                RocksDB from = RocksDB.openReadOnly(reading, source.toString());
                RocksDB to = RocksDB.open(writing, target.toString());
                WriteOptions how = new WriteOptions();
                WriteBatch batch = new WriteBatch()) {
            long began = System.nanoTime();
            int copied = 0;
            try (RocksIterator iterator = from.newIterator()) {
                for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                    batch.put(iterator.key(), iterator.value());
                    if (++copied % Pace.DEFAULT.batch() == 0) {
                        to.write(how, batch);
                        batch.clear();
                    }
                }
                iterator.status();
            }
            to.write(how, batch);
            to.flushWal(true);
            double seconds = (System.nanoTime() - began) / 1e9;
            expect(keys, copied);
            return keys / seconds;
        } finally {
            Workplace.delete(target);
        }
    }

    private static double migrate(DataMigrationManager manager, Path source, Path target, Pace pace, int keys)
            throws Exception {
        try {
            var end = Workplace.run(
                    manager,
                    MigrationJob.of(Action.MIGRATE, "rocksdb:" + source, "rocksdb:" + target)
                            .with(pace));
            expect(keys, Long.parseLong(end.get("written")));
            return keys / Double.parseDouble(end.get("copySeconds"));
        } finally {
            Workplace.delete(target);
        }
    }

    private static void expect(int keys, long copied) {
        if (copied != keys) {
            throw new IllegalStateException(copied + " keys were copied, not " + keys);
        }
    }
}
