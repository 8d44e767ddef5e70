package io.kvops.agent.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A get of RocksDB from its memory table: 10 000 values of 128 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RocksGet {
    private static final int KEYS = 10_000;

    private final Path folder;
    private final RocksDB db;
    private final byte[][] keys = new byte[KEYS][];
    private int at;

    public RocksGet() {
        try {
            folder = Files.createTempDirectory("kvops-bench-rocksdb");
            db = RocksDB.open(folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Setup
    public void fill() throws RocksDBException {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ("order:" + i).getBytes(StandardCharsets.US_ASCII);
            db.put(keys[i], new byte[128]);
        }
    }

    @TearDown
    public void close() throws IOException {
        db.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public byte[] get() throws RocksDBException {
        return db.get(next());
    }

    @Benchmark
    public byte[] getBetweenTwoClockReads(Blackhole sink) throws RocksDBException {
        long start = System.nanoTime();
        byte[] value = db.get(next());
        sink.consume(System.nanoTime() - start);
        return value;
    }

    private byte[] next() {
        at = at + 1 == KEYS ? 0 : at + 1;
        return keys[at];
    }
}
