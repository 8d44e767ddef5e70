package io.kvops.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The shop's own count of the operations it asked for: each once, when it completed, however it ended. A command of a
 * pipeline or a transaction counts as itself, and so do MULTI and EXEC; what a client library sends by itself (handshake,
 * pool check) does not. Any thread may count.
 */
final class Truth {
    private static final String REDIS = "redis/";
    private static final String ROCKSDB = "rocksdb/";

    private final Map<String, LongAdder> byStoreOp = new ConcurrentHashMap<>();

    /** A call to RocksDB, which may throw what RocksDB throws. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Calls Redis and counts the command once the call is over, also when it fails. */
    <T> T redis(String command, Callable<T> call) throws Exception {
        try {
            return call.call();
        } finally {
            redis(command, 1);
        }
    }

    /** Counts completed Redis commands. */
    void redis(String command, long times) {
        add(REDIS + command, times);
    }

    /** Calls RocksDB and counts the operation once the call is over, also when it fails. */
    <T> T rocksdb(String op, Callable<T> call) throws Exception {
        try {
            return call.call();
        } finally {
            add(ROCKSDB + op, 1);
        }
    }

    /** As {@link #rocksdb(String, Callable)}, for what returns nothing. */
    void rocksdbDo(String op, Action call) throws Exception {
        try {
            call.run();
        } finally {
            add(ROCKSDB + op, 1);
        }
    }

    private void add(String storeOp, long times) {
        byStoreOp.computeIfAbsent(storeOp, k -> new LongAdder()).add(times);
    }

    /** Operations by store and op, as {@code redis/GET}, sorted. */
    Map<String, Long> byStoreOp() {
        Map<String, Long> sorted = new TreeMap<>();
        byStoreOp.forEach((storeOp, n) -> sorted.put(storeOp, n.sum()));
        return sorted;
    }

    /** All operations. */
    long ops() {
        return byStoreOp().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Op names are upper case letters, so nothing needs escaping. */
    String toJson() {
        StringBuilder json = new StringBuilder(1024);
        json.append("{\"ops\": ").append(ops()).append(", \"byStoreOp\": {");
        String separator = "";
        for (Map.Entry<String, Long> e : byStoreOp().entrySet()) {
            json.append(separator).append('"').append(e.getKey()).append("\": ").append(e.getValue());
            separator = ", ";
        }
        return json.append("}}\n").toString();
    }

    /** Writes {@link #toJson} so that a reader sees the whole file or none. */
    void writeTo(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try (FileChannel out = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(toJson().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
