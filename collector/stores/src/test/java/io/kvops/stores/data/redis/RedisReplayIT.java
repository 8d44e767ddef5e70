package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Replay;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisReplayIT {
    private static ServerProcess source;
    private static ServerProcess target;

    @TempDir
    private Path dir;

    @BeforeAll
    static void startServers(@TempDir Path dir) throws Exception {
        source =
                ServerProcess.redis(dir.resolve("source"), ServerProcess.freePort(), "--repl-diskless-sync-delay", "0");
        target = ServerProcess.redis(dir.resolve("target"), ServerProcess.freePort());
    }

    @AfterAll
    static void stopServers() {
        for (ServerProcess server : new ServerProcess[] {source, target}) {
            if (server != null) {
                server.close();
            }
        }
    }

    @BeforeEach
    void empty() throws Exception {
        source.cli("FLUSHALL");
        target.cli("FLUSHALL");
    }

    private static RedisStore open(ServerProcess server) throws Exception {
        return RedisStore.open(
                StoreAddress.parse("redis://127.0.0.1:" + server.port() + "/0"),
                OpenOptions.toWrite(),
                RedisStore.Limits.DEFAULT);
    }

    /** What changes a source while it is followed. */
    private interface Change {
        void make() throws Exception;
    }

    private void replay(ServerProcess from, Change change) throws Exception {
        FeedOptions options =
                new FeedOptions("test", dir, 64 << 20, Duration.ofSeconds(5), Clock.systemUTC(), System::nanoTime);
        try (RedisStore of = open(from);
                RedisStore at = open(target);
                Replay replay = at.replayOf(of, options).orElseThrow()) {
            assertThat(replay.resume()).isFalse();
            try (DataStore copy = Objects.requireNonNull(replay.begin(() -> false));
                    DataStore to = replay.target();
                    RecordWriter writer = to.writer(WriteOptions.REPLACE)) {
                for (ScanPart part : copy.split(1)) {
                    try (RecordReader reader = copy.scan(part, ReadOptions.ALL.withOpaque(true))) {
                        while (reader.next(writer)) {
                            // the writer has it
                        }
                    }
                }
                writer.flush();
            }
            replay.copied();
            change.make();
            String end = replay.end();
            await().atMost(Addresses.TIMEOUT).until(() -> {
                replay.next(Duration.ofMillis(50));
                return replay.reached(end);
            });
            replay.finish();
        }
    }

    @Test
    void copyThatIsToStop_doesNotWaitUntilTheSourceBegins() throws Exception {
        source.cli("CONFIG", "SET", "repl-diskless-sync-delay", "3600");
        FeedOptions options =
                new FeedOptions("test", dir, 64 << 20, Duration.ofSeconds(5), Clock.systemUTC(), System::nanoTime);
        try (RedisStore of = open(source);
                RedisStore at = open(target);
                Replay replay = at.replayOf(of, options).orElseThrow()) {
            assertThat(assertTimeoutPreemptively(Addresses.TIMEOUT, () -> replay.begin(() -> true)))
                    .isNull();
        } finally {
            source.cli("CONFIG", "SET", "repl-diskless-sync-delay", "0");
        }
    }

    @Test
    void effectsOfOneScript_largerThanATransactionMayBe_areRepeated() throws Exception {
        source.cli("SET", "before", "1");
        replay(
                source,
                () -> source.cli(
                        "EVAL",
                        "for i = 1, 40000 do redis.call('SET', 'k' .. i, string.rep('x', 500)) end redis.call('INCR', 'n')",
                        "0"));
        assertThat(target.cli("DBSIZE").strip()).isEqualTo("40002");
        assertThat(target.cli("GET", "n").strip()).isEqualTo("1");
        assertThat(target.cli("STRLEN", "k40000").strip()).isEqualTo("500");
    }

    private static void write(String key, ServerProcess replica) throws Exception {
        source.cli("SET", key, "2");
        await().atMost(Addresses.TIMEOUT)
                .until(() -> replica.cli("GET", key).strip().equals("2"));
    }

    @Test
    void sourceThatIsAReplica_isFollowed_thoughItsLogNamesNoDatabase() throws Exception {
        source.cli("SET", "before", "1");
        try (ServerProcess replica = ServerProcess.redis(
                dir.resolve("replica"),
                ServerProcess.freePort(),
                "--repl-diskless-sync-delay",
                "0",
                "--replicaof",
                "127.0.0.1",
                Integer.toString(source.port()))) {
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            write("first", replica);
            replay(replica, () -> write("second", replica));
        }
        assertThat(target.cli("GET", "second").strip()).isEqualTo("2");
        assertThat(target.cli("DBSIZE").strip()).isEqualTo("3");
    }
}
