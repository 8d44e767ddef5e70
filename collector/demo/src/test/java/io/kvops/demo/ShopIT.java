package io.kvops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

/** The truth is true: what the shop counted is what a real Redis counted. */
class ShopIT {
    /** What clients send by themselves, and what this test asks. */
    private static final Pattern NOT_THE_SHOP = Pattern.compile("HELLO|CLIENT.*|PING|INFO|CONFIG.*|COMMAND.*");

    private static final Pattern COMMAND_STAT = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private static final List<String> ALL_KINDS = List.of(
            "rocksdb/GET",
            "rocksdb/PUT",
            "rocksdb/WRITE",
            "rocksdb/MERGE",
            "rocksdb/MULTIGET",
            "rocksdb/SEEK",
            "rocksdb/NEXT",
            "redis/EXEC",
            "redis/EVAL",
            "redis/BLPOP");

    @TempDir
    Path folder;

    private int port;
    private RedisServer redis;

    @BeforeEach
    void start() throws IOException {
        port = freePort();
        redis = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
    }

    @AfterEach
    void stop() throws IOException {
        redis.stop();
    }

    @Test
    void run_untilAllHappened_truthIsWhatRedisCounted() throws Exception {
        Path truthFile = folder.resolve("out/truth.json");
        AtomicBoolean closingTime = new AtomicBoolean();
        Shop shop = shop(truthFile, () -> System.nanoTime() + (closingTime.get() ? HOUR_NANOS : 0));
        ExecutorService owner = Executors.newSingleThreadExecutor();
        try {
            Future<?> day = owner.submit(() -> {
                shop.run();
                return null;
            });
            try {
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> day.isDone()
                                || shop.truth().ops() > 2_000
                                        && shop.truth().byStoreOp().keySet().containsAll(ALL_KINDS)
                                        && redisErrors().contains("WRONGTYPE"));
            } finally {
                closingTime.set(true);
            }
            day.get();
        } finally {
            owner.shutdown();
        }

        Map<String, Long> counted = new TreeMap<>();
        shop.truth().byStoreOp().forEach((storeOp, n) -> {
            if (storeOp.startsWith("redis/")) {
                counted.put(storeOp.substring("redis/".length()), n);
            }
        });
        assertThat(counted).isEqualTo(commandsThatRedisCounted());
        assertThat(shop.truth().byStoreOp()).containsKeys(ALL_KINDS.toArray(String[]::new));
        assertThat(Files.readString(truthFile)).isEqualTo(shop.truth().toJson());
        assertThat(redisErrors()).as("the shop's own mistakes").contains("WRONGTYPE");
    }

    @Test
    void run_noRedis_saysSoAndWritesNoTruth() throws Exception {
        redis.stop();
        Path truthFile = folder.resolve("truth.json");

        assertThatThrownBy(() -> shop(truthFile, System::nanoTime).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Redis at 127.0.0.1:" + port)
                .hasMessageContaining("is one running there?");
        assertThat(truthFile).doesNotExist();
    }

    private Shop shop(Path truthFile, LongSupplier nanoTime) {
        ShopOptions options = ShopOptions.parse(
                "--redis",
                "127.0.0.1:" + port,
                "--rocksdb",
                folder.resolve("rocks/db").toString(),
                "--seconds",
                "600",
                "--truth",
                truthFile.toString());
        return new Shop(options, nanoTime, Clock.systemUTC());
    }

    private Map<String, Long> commandsThatRedisCounted() {
        Map<String, Long> calls = new TreeMap<>();
        Matcher stat = COMMAND_STAT.matcher(info("commandstats"));
        while (stat.find()) {
            String command = stat.group(1).toUpperCase(java.util.Locale.ROOT);
            if (!NOT_THE_SHOP.matcher(command).matches()) {
                calls.put(command, Long.parseLong(stat.group(2)));
            }
        }
        return calls;
    }

    private String redisErrors() {
        return info("errorstats");
    }

    private String info(String section) {
        try (RedisClient client = RedisClient.create("127.0.0.1", port)) {
            return client.info(section);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
