package io.kvops.demo;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.UInt64AddOperator;
import org.rocksdb.WriteOptions;
import redis.clients.jedis.ConnectionPoolConfig;

/**
 * A shop that is open for some seconds and then writes down how many operations it asked its stores for.
 *
 * <p>Exit codes: 0 done, 1 a store failed (one line on stderr, no truth is written), 2 wrong usage.
 */
public final class Shop {
    /** One for each clerk that uses Jedis, and one more for the reads of a transaction. */
    private static final int JEDIS_CONNECTIONS = 10;

    private final ShopOptions options;
    private final LongSupplier nanoTime;
    private final LocalDate today;
    private final Truth truth = new Truth();
    private final Hours hours;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final SplittableRandom seeds;

    Shop(ShopOptions options, LongSupplier nanoTime, Clock clock) {
        this.options = options;
        this.nanoTime = nanoTime;
        this.today = LocalDate.now(clock);
        this.hours = new Hours(nanoTime, Duration.ofSeconds(options.seconds()).toNanos());
        this.seeds = new SplittableRandom(options.seed());
    }

    /** See {@link ShopOptions#USAGE}. */
    public static void main(String[] args) {
        ShopOptions options;
        try {
            options = ShopOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("shop: " + e.getMessage() + "; " + ShopOptions.USAGE);
            System.exit(2);
            return;
        }
        System.exit(openAndClose(new Shop(options, System::nanoTime, Clock.systemUTC())));
    }

    private static int openAndClose(Shop shop) {
        CountDownLatch done = new CountDownLatch(1);
        // asked to end early (Ctrl-C), the shop still closes in order and writes its truth
        Thread early = new Thread(
                () -> {
                    shop.hours.close();
                    awaitQuietly(done);
                },
                "shop-early-closing");
        Runtime.getRuntime().addShutdownHook(early);
        try {
            shop.run();
            System.out.printf(
                    Locale.ROOT,
                    "shop: %d operations in %.1f s, counted in %s%n",
                    shop.truth.ops(),
                    shop.hours.sinceOpeningNanos() / 1e9,
                    shop.options.truth());
            return 0;
        } catch (Exception e) {
            System.err.println("shop: " + e.getMessage());
            return 1;
        } finally {
            done.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch done) {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Truth truth() {
        return truth;
    }

    /** Opens, works, closes, and writes the truth. Blocks for as long as the shop is open. */
    void run() throws Exception {
        String place = options.host() + ":" + options.port();
        RocksDB.loadLibrary();
        RedisClient lettuce = RedisClient.create(RedisURI.create(options.host(), options.port()));
        lettuce.setOptions(ClientOptions.builder().autoReconnect(false).build());
        try (redis.clients.jedis.RedisClient jedis = openPool();
                Options rocksOptions =
                        new Options().setCreateIfMissing(true).setMergeOperator(new UInt64AddOperator());
                WriteOptions writeOptions = new WriteOptions();
                RocksDB rocks = openRocksDb(rocksOptions);
                StatefulRedisConnection<String, String> connection = lettuce.connect(StringCodec.UTF8)) {
            employ(jedis, connection, rocks, writeOptions);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (RuntimeException e) {
            throw new IOException("Redis at " + place + ": " + rootMessage(e) + "; is one running there?", e);
        } finally {
            lettuce.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException(
                    "stopped, no truth was written: " + rootMessage(failed) + "; is the Redis at " + place
                            + " still there?",
                    failed);
        }
        truth.writeTo(options.truth());
    }

    private redis.clients.jedis.RedisClient openPool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(JEDIS_CONNECTIONS);
        pool.setMaxIdle(JEDIS_CONNECTIONS);
        return redis.clients.jedis.RedisClient.builder()
                .hostAndPort(options.host(), options.port())
                .poolConfig(pool)
                .build();
    }

    private RocksDB openRocksDb(Options rocksOptions) throws Exception {
        Files.createDirectories(options.rocksdb());
        return RocksDB.open(rocksOptions, options.rocksdb().toString());
    }

    private void employ(
            redis.clients.jedis.RedisClient jedis,
            StatefulRedisConnection<String, String> connection,
            RocksDB rocks,
            WriteOptions writeOptions) {
        Sessions sessions = new Sessions(connection, truth);
        Storefront storefront = new Storefront(jedis, truth, today);
        Orders orders = new Orders(jedis, rocks, writeOptions, truth, hours);
        storefront.stockTheShelves();
        // rounds per second at the default rate; a round is 1 to 33 operations, all together the default rate
        employ("session-logins", 40, sessions::logins);
        employ("session-pages", 550, sessions::pageLoads);
        employ("session-list", 40, sessions::operatorList);
        employ("products-1", 900, storefront::productPages);
        employ("products-2", 900, storefront::productPages);
        employ("page-views", 60, storefront::pageViews);
        employ("carts", 300, storefront::carts);
        employ("bestsellers", 100, storefront::bestsellers);
        employ("slow-work", 2, storefront::slowWork);
        employ("sales", 200, orders::sales);
        employ("fulfilment", 1_000, orders::fulfilment);
        employ("order-service", 250, orders::service);
        employ("accounting", 60, orders::accounting);
        // loading the libraries and connecting takes seconds on a busy machine: customers should not pay for it
        hours.begin();
        threads.forEach(Thread::start);
    }

    private void employ(String name, double roundsPerSecond, Function<SplittableRandom, Clerk> job) {
        double scale = (double) options.opsPerSecond() / ShopOptions.DEFAULT_OPS_PER_SECOND;
        Clerk clerk = job.apply(seeds.split());
        Pace pace = new Pace(hours, nanoTime, roundsPerSecond * scale);
        threads.add(new Thread(
                () -> {
                    try {
                        while (pace.awaitNext()) {
                            clerk.visit();
                        }
                    } catch (Throwable t) {
                        failure.compareAndSet(null, t);
                        hours.close();
                    }
                },
                name));
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
