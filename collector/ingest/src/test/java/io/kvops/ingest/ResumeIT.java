package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Frame;
import io.kvops.wire.WireCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that keeps its results across restarts, as a database does. */
class ResumeIT {
    private final UUID agentId = UUID.randomUUID();

    @TempDir
    Path folder;

    /** Keeps what it was told to commit; the rest is gone with the run. */
    private static final class Database implements FrameConsumer {
        private final List<Long> committed = new ArrayList<>();
        private final List<Long> pending = new ArrayList<>();
        private long position = -1;
        private long pendingPosition = -1;

        @Override
        public synchronized void accept(Frame frame, long at) {
            assertThat(at).isGreaterThan(pendingPosition);
            pending.add(frame.sequence());
            pendingPosition = at;
        }

        synchronized void commit() {
            committed.addAll(pending);
            position = pendingPosition;
            pending.clear();
        }

        synchronized void crash() {
            pending.clear();
            pendingPosition = position;
        }

        synchronized List<Long> committed() {
            return List.copyOf(committed);
        }

        synchronized int held() {
            return committed.size() + pending.size();
        }

        @Override
        public synchronized long resumeAfter() {
            return position;
        }

        @Override
        public synchronized long durable() {
            return position;
        }
    }

    private IngestConfig.Builder config() {
        return IngestConfig.builder(folder)
                .port(0)
                .minFreeBytes(0)
                .idleTimeout(Duration.ofDays(1))
                .messageTimeout(Duration.ofHours(1));
    }

    /** Time goes 500 times as fast, so that the reader's checkpoints come every 20 ms. */
    private Ingest start(IngestConfig config, FrameConsumer consumer, UnaryOperator<Journal> wrap) throws Exception {
        Ingest ingest = Ingest.open(
                config,
                consumer,
                new Ingest.Seams(Clock.systemUTC(), () -> System.nanoTime() * 500, () -> Long.MAX_VALUE, wrap));
        ingest.start();
        return ingest;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private void send(Ingest ingest, long from, long to) throws Exception {
        try (TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = from; i <= to; i++) {
                agent.send(TestAgent.frame(agentId, i, 100));
            }
            agent.awaitAck(agentId, to);
        }
    }

    @Test
    @DisplayName("after a restart the consumer gets what it had not committed, and only that")
    void restart_continuesAfterTheCommit() throws Exception {
        Database database = new Database();
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            send(ingest, 1, 10);
            await().until(() -> database.held() == 10);
            database.commit();
            send(ingest, 11, 15);
            await().until(() -> database.held() == 15);
        }
        database.crash();
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            await().until(ingest::ready);
            assertThat(ingest.stats().replayed()).isEqualTo(5);
            send(ingest, 16, 20);
            await().until(() -> database.held() == 20);
            database.commit();
        }
        assertThat(database.committed()).isEqualTo(upTo(20));
    }

    @Test
    @DisplayName("commits, crashes and appends that are tried again, at random: every frame counts once")
    void randomCommitsAndFailures_exactlyOnce() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("ResumeIT seed " + seed + " (repeat with -Dkvops.seed=" + seed + ")");
        Random random = new Random(seed);
        Database database = new Database();
        int rounds = Boolean.getBoolean("kvops.proof") ? 200 : 12;
        long sent = 0;
        for (int round = 0; round < rounds; round++) {
            IngestConfig config =
                    config().segmentBytes(64 << 10).retentionBytes(1 << 20).build();
            Random failures = new Random(random.nextLong());
            UnaryOperator<Journal> failing = journal -> new FailingJournal(journal, () -> failures.nextInt(100) == 0);
            try (Ingest ingest = start(config, database, failing)) {
                for (int part = 0; part < 4; part++) {
                    long to = sent + 1 + random.nextInt(40);
                    send(ingest, Math.max(1, sent - random.nextInt(5)), to);
                    sent = to;
                    int some = database.held() + random.nextInt(20);
                    await().until(() -> ingest.stats().pendingFrames() == 0 || database.held() > some);
                    if (random.nextBoolean()) {
                        database.commit();
                    }
                }
            } catch (IngestException e) {
                // the journal may fail at the end, too
                assertThat(e).hasMessageContaining("fails in the test");
            }
            database.crash();
        }
        long last = sent;
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            await().until(ingest::ready);
            await().until(() -> database.held() == last);
            database.commit();
            assertThat(ingest.stats().gaps()).isZero();
        }
        assertThat(database.committed()).isEqualTo(upTo(sent));
    }

    /** Two copies of frames 1 and 2, as a failed sync leaves them; the consumer has the first copies. */
    private Database twice() throws IOException {
        Database database = new Database();
        try (Journal journal = ChronicleJournal.open(
                folder.resolve("journal"), 1 << 20, 1 << 20, Duration.ofMinutes(1), Journal.START, Clock.systemUTC())) {
            long first = journal.append(encoded(1));
            database.accept(TestAgent.frame(agentId, 1, 10), first);
            database.accept(TestAgent.frame(agentId, 2, 10), journal.append(encoded(2)));
            database.commit();
            for (long i = 1; i <= 3; i++) {
                journal.append(encoded(i));
            }
            LastSequences seen = new LastSequences(10);
            seen.note(agentId, 1);
            Files.write(folder.resolve("consumer.idx"), SequenceFile.encode(new SequenceFile.Head(first, 7), seen));
        }
        return database;
    }

    private byte[] encoded(long sequence) {
        return WireCodec.encode(TestAgent.frame(agentId, sequence, 10));
    }

    @Test
    @DisplayName("a second copy behind the consumer's position is known by the first one before it")
    void secondCopy_isDropped() throws Exception {
        Database database = twice();
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            await().until(ingest::ready);
            database.commit();
            assertThat(ingest.stats().replayed()).isEqualTo(1);
            assertThat(ingest.stats().gaps()).as("as the checkpoint says").isEqualTo(7);
        }
        assertThat(database.committed()).isEqualTo(upTo(3));
    }

    @Test
    @DisplayName("a damaged or missing checkpoint: the whole journal is read again, and nothing counts twice")
    void noCheckpoint_readsAll() throws Exception {
        Database database = twice();
        Path file = folder.resolve("consumer.idx");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            await().until(ingest::ready);
            database.commit();
        }
        assertThat(database.committed()).isEqualTo(upTo(3));
    }

    @Test
    @DisplayName("a checkpoint ahead of the consumer, which was put back from a backup, is not used")
    void checkpointAhead_isNotUsed() throws Exception {
        Database database = new Database();
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            send(ingest, 1, 3);
            await().until(() -> database.held() == 3);
            database.commit();
            await().until(() -> {
                send(ingest, 4, 4);
                return Files.exists(folder.resolve("consumer.idx"));
            });
        }
        Database fromBackup = new Database();
        try (Ingest ingest = start(config().build(), fromBackup, journal -> journal)) {
            await().until(ingest::ready);
            assertThat(fromBackup.held()).isEqualTo(4);
            fromBackup.commit();
        }
        assertThat(fromBackup.committed()).isEqualTo(upTo(4));
    }

    @Test
    @DisplayName("a journal that was emptied: new frames come after the consumer's position all the same")
    void journalEmptied_newFramesCome() throws Exception {
        Database database = new Database();
        for (long run = 1; run <= 3; run++) {
            try (Ingest ingest = start(config().build(), database, journal -> journal)) {
                send(ingest, run, run);
                int held = (int) run;
                await().until(() -> database.held() == held);
                database.commit();
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        try (Ingest ingest = start(config().build(), database, journal -> journal)) {
            send(ingest, 4, 5);
            await().until(() -> database.held() == 5);
            database.commit();
        }
        assertThat(database.committed()).isEqualTo(upTo(5));
    }

    @Test
    @DisplayName("the retention waits for the consumer, however large the journal gets")
    void retention_waitsForTheConsumer() throws Exception {
        Database database = new Database();
        IngestConfig config =
                config().segmentBytes(64 << 10).retentionBytes(1 << 20).build();
        try (Ingest ingest = start(config, database, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 60; i++) {
                agent.send(TestAgent.frame(agentId, i, 50_000));
                agent.awaitAck(agentId, i);
            }
            await().until(() -> database.held() == 60);
            assertThat(ingest.stats().removedSegments()).isZero();
            assertThat(ingest.stats().journalBytes()).isGreaterThan(3_000_000);
            database.commit();
            for (long i = 61; i <= 64; i++) {
                agent.send(TestAgent.frame(agentId, i, 50_000));
                agent.awaitAck(agentId, i);
            }
            await().until(() -> database.held() == 64);
            database.commit();
            await().until(() -> ingest.stats().removedSegments() > 20);
        }
        assertThat(database.committed()).isEqualTo(upTo(64));
    }

    @Test
    @DisplayName("what came in while the consumer stood still is read from the journal, in order")
    void slowConsumer_getsAllFromTheJournal() throws Exception {
        FrameLog log = new FrameLog();
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        FrameConsumer slow = (frame, position) -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            log.accept(frame, position);
        };
        try (Ingest ingest = start(config().build(), slow, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 300; i++) {
                agent.send(TestAgent.frame(agentId, i, 50_000));
                if (i % 20 == 0) {
                    agent.awaitAck(agentId, i);
                }
            }
            go.countDown();
            await().until(() -> log.entries().size() == 300);
            for (long i = 301; i <= 400; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            await().until(() -> log.entries().size() == 400);
        }
        assertThat(log.of(agentId)).isEqualTo(upTo(400));
    }
}
