package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.agent.it.support.FakeCollector;
import io.kvops.agent.it.support.Jdks;
import io.kvops.wire.Frame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Gauges of pools and databases, from inside the application")
class GaugesIT {
    private static final int ROUNDS = Boolean.getBoolean("kvops.proof") ? 3_000 : 200;

    @TempDir
    Path folder;

    @TempDir
    Path redisFolder;

    static Stream<String> versions() {
        return Stream.of("6.29.5", System.getProperty("it.rocksdb.newest"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rocksdb_gauges_are_what_the_database_says(String version) throws Exception {
        Scenario scenario = Scenario.compile("GaugesScenario", folder, "rocksdb-" + version);
        String path = folder.resolve("data").toString();
        Path facts = folder.resolve("facts.txt");
        Path stop = folder.resolve("stop");
        try (FakeCollector collector = FakeCollector.start()) {
            CompletableFuture<Void> run =
                    run(() -> scenario.report(Jdks.jdk25(), collector.address(), path, facts, stop));
            Map<String, Double> seen =
                    gauges(collector, run, g -> Files.exists(facts) && g.containsKey("keys.count@" + path));
            Files.createFile(stop);
            run.join();
            List<String> lines = Files.readAllLines(facts);
            assertThat(lines).hasSizeGreaterThan(10);
            for (String line : lines) {
                int equals = line.indexOf('=');
                String name = line.substring(0, equals);
                // the reads that keep frames coming count on
                if (!name.contains("read") && !name.contains("blockcache")) {
                    assertThat(seen)
                            .as(name)
                            .containsEntry(name + "@" + path, Double.valueOf(line.substring(equals + 1)));
                } else {
                    assertThat(seen.get(name + "@" + path))
                            .as(name)
                            .isGreaterThanOrEqualTo(Double.parseDouble(line.substring(equals + 1)));
                }
            }
            assertThat(seen.get("memory.used.bytes@" + path)).isPositive();
            assertThat(collector.problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rocksdb_opened_and_closed_while_it_is_asked_without_a_pause(String version) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        try (FakeCollector collector = FakeCollector.start()) {
            Scenario.compile("RocksDbLifeScenario", folder, "rocksdb-" + version)
                    .report(Jdks.current(), collector.address(), data, ROUNDS);
            assertThat(collector.dropped()).doesNotContainKey("probe.failures");
        }
    }

    @Test
    void jedis_pool_says_who_waits() throws Exception {
        Path stop = folder.resolve("stop");
        try (FakeCollector collector = FakeCollector.start();
                RedisProcess redis = RedisProcess.start(redisFolder)) {
            Scenario scenario = Scenario.compile(
                    "PoolScenario", folder, "jedis-common", "jedis-" + System.getProperty("it.jedis.newest"));
            CompletableFuture<Void> run =
                    run(() -> scenario.report(Jdks.current(), collector.address(), redis.port(), stop));
            String at = "@127.0.0.1:" + redis.port();
            Map<String, Double> seen =
                    gauges(collector, run, g -> g.getOrDefault("jedis.pool.waiters.count" + at, 0.0) == 2);
            Files.createFile(stop);
            run.join();
            assertThat(seen)
                    .containsEntry("jedis.pool.active.count" + at, 3.0)
                    .containsEntry("jedis.pool.idle.count" + at, 0.0)
                    .containsEntry("jedis.pool.limit.count" + at, 3.0);
        }
    }

    private interface Run {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> run(Run scenario) {
        return CompletableFuture.runAsync(() -> {
            try {
                scenario.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The newest gauges, as soon as they are as wanted; fails if the scenario ended before. */
    private static Map<String, Double> gauges(
            FakeCollector collector, CompletableFuture<Void> run, Predicate<Map<String, Double>> wanted) {
        Map<String, Double> newest = new HashMap<>();
        await().atMost(Duration.ofSeconds(50)).until(() -> {
            if (run.isDone()) {
                run.join();
            }
            newest.clear();
            List<Frame> frames = collector.frames();
            for (Frame frame : frames) {
                newest.putAll(frame.gauges());
            }
            return wanted.test(newest);
        });
        return newest;
    }
}
