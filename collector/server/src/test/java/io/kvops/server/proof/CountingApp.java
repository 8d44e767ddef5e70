package io.kvops.server.proof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/**
 * An application that knows nothing of kvops and counts its own operations in a mapped file, so that the counts survive
 * its own SIGKILL: for each thread and op, how many were begun and how many have returned. Runs until its standard input
 * ends, or for ever with nobody there. Arguments: port of the Redis, file of the counts, operations per second.
 */
final class CountingApp {
    static final int THREADS = 3;
    static final List<String> OPS = List.of("GET", "SET", "INCR");

    private static final int KEYS = 500;

    private CountingApp() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        long pauseNanos = TimeUnit.SECONDS.toNanos(1) * THREADS / Integer.parseInt(args[2]);
        LongBuffer counts = map(args[1]);
        List<Thread> threads = new ArrayList<>();
        Stop stop = new Stop();
        for (int t = 0; t < THREADS; t++) {
            int slot = t;
            Thread thread = new Thread(() -> work(port, counts, slot, pauseNanos, stop), "worker-" + t);
            threads.add(thread);
            thread.start();
        }
        while (System.in.read() >= 0) {
            // until it ends
        }
        stop.now = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static final class Stop {
        volatile boolean now;
    }

    private static void work(int port, LongBuffer counts, int thread, long pauseNanos, Stop stop) {
        Random random = new Random(thread);
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            while (!stop.now) {
                int op = random.nextInt(OPS.size());
                int begun = (thread * OPS.size() + op) * 2;
                counts.put(begun, counts.get(begun) + 1);
                String key = OPS.get(op) + ":" + random.nextInt(KEYS);
                switch (OPS.get(op)) {
                    case "GET" -> jedis.get(key);
                    case "SET" -> jedis.set(key, "some value");
                    default -> jedis.incr(key);
                }
                counts.put(begun + 1, counts.get(begun + 1) + 1);
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    private static LongBuffer map(String file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file, "rw")) {
            return opened.getChannel()
                    .map(FileChannel.MapMode.READ_WRITE, 0, THREADS * OPS.size() * 2L * Long.BYTES)
                    .order(ByteOrder.BIG_ENDIAN)
                    .asLongBuffer();
        }
    }
}
