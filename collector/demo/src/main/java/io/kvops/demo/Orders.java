package io.kvops.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.KeyValue;

/**
 * Orders: taken from stock in a Redis transaction, queued in a Redis list, fulfilled by a consumer that waits for the
 * queue, and logged in RocksDB.
 */
final class Orders {
    private static final String QUEUE = "queue:orders";
    private static final int STOCKED = 200;
    private static final long FULL_SHELF = 1_000;
    private static final double LONGEST_WAIT_SECONDS = 0.5;
    private static final int LINES = 3;
    private static final long KEPT = 20_000;

    private final RedisClient redis;
    private final RocksDB log;
    private final WriteOptions writeOptions;
    private final Truth truth;
    private final Hours hours;
    private final AtomicLong lastOrder = new AtomicLong();

    Orders(RedisClient redis, RocksDB log, WriteOptions writeOptions, Truth truth, Hours hours) {
        this.redis = redis;
        this.log = log;
        this.writeOptions = writeOptions;
        this.truth = truth;
        this.hours = hours;
    }

    /** Takes goods from stock, all or nothing, and puts the order into the queue. Only one such clerk may work. */
    Clerk sales(SplittableRandom random) {
        return () -> {
            String shelf = "stock:" + random.nextInt(STOCKED);
            try (AbstractTransaction transaction = redis.transaction(false)) {
                truth.redis("WATCH", () -> transaction.watch(shelf));
                String left = truth.redis("GET", () -> redis.get(shelf));
                truth.redis("MULTI", () -> {
                    transaction.multi();
                    return true;
                });
                if (left == null || Long.parseLong(left) <= 0) {
                    transaction.incrBy(shelf, FULL_SHELF);
                } else {
                    transaction.decrBy(shelf, 1);
                }
                transaction.rpush(QUEUE, String.valueOf(lastOrder.incrementAndGet()));
                truth.redis("EXEC", transaction::exec);
                // queued commands are answered by EXEC
                truth.redis(left == null || Long.parseLong(left) <= 0 ? "INCRBY" : "DECRBY", 1);
                truth.redis("RPUSH", 1);
            }
        };
    }

    /** Waits for an order, half a second at most; then writes the order with its lines as one batch. */
    Clerk fulfilment(SplittableRandom random) {
        return () -> {
            KeyValue<String, String> next = truth.redis("BLPOP", () -> redis.blpop(LONGEST_WAIT_SECONDS, QUEUE));
            if (next == null) {
                return;
            }
            long order = Long.parseLong(next.getValue());
            try (WriteBatch batch = new WriteBatch()) {
                batch.put(orderKey(order), ("paid;customer=" + random.nextInt(2_000)).getBytes(UTF_8));
                for (int line = 0; line < LINES; line++) {
                    batch.put(lineKey(order, line), ("product=" + random.nextInt(Storefront.PRODUCTS)).getBytes(UTF_8));
                }
                truth.rocksdbDo("WRITE", () -> log.write(writeOptions, batch));
            }
            truth.rocksdbDo("MERGE", () -> log.merge(writeOptions, key("revenue:" + order % 30), cents(random)));
        };
    }

    /** Customer service: looks orders up, reads their lines, marks them, and forgets the oldest. */
    Clerk service(SplittableRandom random) {
        return () -> {
            long newest = lastOrder.get();
            long order = newest - random.nextLong(Math.min(newest + 1, KEPT));
            byte[] found = truth.rocksdb("GET", () -> log.get(orderKey(order)));
            if (found != null) {
                byte[] marked = ("seen;" + new String(found, UTF_8).replace("seen;", "")).getBytes(UTF_8);
                truth.rocksdbDo("PUT", () -> log.put(writeOptions, orderKey(order), marked));
            }
            List<byte[]> several = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                several.add(orderKey(Math.max(0, order - i)));
            }
            truth.rocksdb("MULTIGET", () -> log.multiGetAsList(several));
            if (newest > KEPT) {
                truth.rocksdbDo("DELETE", () -> log.delete(writeOptions, orderKey(newest - KEPT)));
            }
        };
    }

    /** The day's report: walks over the lines of many orders. */
    Clerk accounting(SplittableRandom random) {
        return () -> {
            long order = random.nextLong(lastOrder.get() + 1);
            try (ReadOptions options = new ReadOptions();
                    RocksIterator lines = log.newIterator(options)) {
                truth.rocksdbDo("SEEK", () -> lines.seek(lineKey(order, 0)));
                for (int i = 0; i < 30 && lines.isValid() && hours.open(); i++) {
                    truth.rocksdbDo("NEXT", lines::next);
                }
                lines.status();
            }
            truth.rocksdb("GET", () -> log.get(key("revenue:" + order % 30)));
        };
    }

    private static byte[] orderKey(long order) {
        return key(String.format(Locale.ROOT, "order:%010d", order));
    }

    private static byte[] lineKey(long order, int line) {
        return key(String.format(Locale.ROOT, "line:%010d:%d", order, line));
    }

    private static byte[] key(String text) {
        return text.getBytes(UTF_8);
    }

    /** As RocksDB's uint64add operator wants its numbers. */
    private static byte[] cents(SplittableRandom random) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(100 + random.nextInt(20_000))
                .array();
    }
}
