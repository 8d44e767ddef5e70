package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or fail, consumers that throw or hang. */
class FaultIT {
    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();
    private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong skippedNanos = new AtomicLong();

    @TempDir
    Path folder;

    private Ingest start(IngestConfig.Builder config, FrameConsumer consumer, UnaryOperator<Journal> wrap)
            throws IngestException {
        Ingest ingest = Ingest.open(
                config.port(0).build(),
                consumer,
                new Ingest.Seams(
                        Clock.systemUTC(), () -> System.nanoTime() + skippedNanos.get(), freeBytes::get, wrap));
        ingest.start();
        return ingest;
    }

    private IngestConfig.Builder config() {
        return IngestConfig.builder(folder);
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    @DisplayName("a full disk: nothing is acknowledged until there is room, then all is, by itself")
    void diskFull_pausesAndResumes() throws Exception {
        try (Ingest ingest = start(config(), log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.awaitAck(agentId, 1);
            freeBytes.set(0);
            for (long i = 2; i <= 20; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            await().until(() -> ingest.stats().paused());
            assertThat(ingest.stats().frames()).isEqualTo(1);
            freeBytes.set(Long.MAX_VALUE);
            agent.awaitAck(agentId, 20);
            await().until(() -> log.of(agentId).size() == 20);
            assertThat(ingest.stats().paused()).isFalse();
        }
    }

    @Test
    @DisplayName("a full disk: what the retention lets go is removed meanwhile, also where it is lowered for that")
    void fullDisk_retentionGoesOn() throws Exception {
        IngestConfig.Builder config = config().segmentBytes(64 << 10);
        try (Ingest ingest = start(config, log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 40; i++) {
                agent.send(TestAgent.frame(agentId, i, 50_000));
                agent.awaitAck(agentId, i);
            }
            await().until(() -> ingest.stats().pendingBytes() == 0);
            freeBytes.set(0);
            agent.send(TestAgent.frame(agentId, 41, 10));
            await().until(() -> ingest.stats().paused());
            ingest.apply(config.retentionBytes(1 << 20).build());
            skippedNanos.set(Duration.ofSeconds(10).toNanos());
            await().until(() -> ingest.stats().journalBytes() <= 1 << 20);
            assertThat(ingest.stats().paused()).isTrue();
            freeBytes.set(Long.MAX_VALUE);
            agent.awaitAck(agentId, 41);
            await().until(() -> log.of(agentId).equals(upTo(41)));
        }
    }

    @Test
    @DisplayName("closed while the disk is full: what was not acknowledged is sent again, and is there once")
    void closedWhileFull_losesNothing() throws Exception {
        try (Ingest ingest = start(config(), log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            freeBytes.set(0);
            agent.send(TestAgent.frame(agentId, 1, 10));
            await().until(() -> ingest.stats().paused());
        }
        freeBytes.set(Long.MAX_VALUE);
        assertThat(log.entries()).isEmpty();
        try (Ingest ingest = start(config(), log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.awaitAck(agentId, 1);
            await().until(() -> log.of(agentId).equals(upTo(1)));
        }
    }

    @Test
    @DisplayName("appends and syncs that fail at random: every frame is acknowledged in the end, and consumed once")
    void failingJournal_exactlyOnce() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("FaultIT seed " + seed + " (repeat with -Dkvops.seed=" + seed + ")");
        Random random = new Random(seed);
        AtomicInteger failures = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean(true);
        UnaryOperator<Journal> failing = journal -> new FailingJournal(journal, () -> {
            boolean fails = broken.get() && random.nextInt(40) == 0;
            if (fails) {
                failures.incrementAndGet();
            }
            return fails;
        });
        int frames = 120;
        try (Ingest ingest = start(config(), log, failing);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= frames; i++) {
                agent.send(TestAgent.frame(agentId, i, 1_000));
                if (i % 10 == 0) {
                    agent.awaitAck(agentId, i);
                }
            }
            await().until(() -> log.entries().size() >= frames);
            assertThat(ingest.stats().journalErrors()).isEqualTo(failures.get());
            broken.set(false); // a failure while it closes is told to the caller: the next test's subject
        }
        assertThat(log.of(agentId)).isEqualTo(upTo(frames));
        FrameLog again = new FrameLog();
        try (Ingest ingest = start(config(), again, journal -> journal)) {
            await().until(ingest::ready);
        }
        assertThat(again.of(agentId)).as("after a restart").isEqualTo(upTo(frames));
    }

    @Test
    @DisplayName("the last sync fails while it closes: said to the caller, the rest is closed, nothing is lost")
    void failsWhileItCloses_saysSo_losesNothing() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        Ingest ingest = start(config(), log, journal -> new FailingJournal(journal, broken::get));
        try (TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 5; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.awaitAck(agentId, 5);
        }
        await().until(() -> log.entries().size() == 5);
        broken.set(true);
        assertThatThrownBy(ingest::close)
                .isInstanceOf(IngestException.class)
                .hasMessageContaining("did not close cleanly: journal fails in the test");
        FrameLog again = new FrameLog();
        try (Ingest next = start(config(), again, journal -> journal)) {
            await().until(next::ready);
        }
        assertThat(again.of(agentId)).isEqualTo(upTo(5));
    }

    @Test
    @DisplayName("a consumer that throws misses that frame only")
    void consumerThrows_goesOn() throws Exception {
        FrameConsumer picky = (frame, position) -> {
            if (frame.sequence() == 2) {
                throw new IllegalStateException("no twos");
            }
            log.accept(frame, position);
        };
        try (Ingest ingest = start(config(), picky, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 3; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.awaitAck(agentId, 3);
            await().until(() -> log.of(agentId).equals(List.of(1L, 3L)));
            assertThat(ingest.stats().consumerErrors()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("not ready before the consumer has taken all that the journal held; new frames are taken meanwhile")
    void slowConsumer_readyLate() throws Exception {
        try (Ingest ingest = start(config(), log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.awaitAck(agentId, 1);
        }
        CountDownLatch go = new CountDownLatch(1);
        FrameConsumer slow = (frame, position) -> awaitQuietly(go);
        try (Ingest ingest = start(config(), slow, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 2, 10));
            agent.awaitAck(agentId, 2);
            assertThat(ingest.ready()).isFalse();
            assertThat(ingest.stats().pendingFrames()).isEqualTo(1);
            go.countDown();
            await().until(ingest::ready);
            await().until(() -> ingest.stats().pendingFrames() == 0);
        }
    }

    @Test
    @DisplayName("a consumer that hangs: the journal takes what maxPendingBytes allows, and the rest once it goes on")
    void consumerHangs_journalIsBounded() throws Exception {
        heldBack_thenAllIsTaken(config());
    }

    @Test
    @DisplayName("the same where the journal is synced once a minute: the reader does not wait for that")
    void consumerHangs_syncedByInterval_journalIsBounded() throws Exception {
        heldBack_thenAllIsTaken(config().sync(IngestConfig.Sync.INTERVAL).syncInterval(Duration.ofMinutes(1)));
    }

    private void heldBack_thenAllIsTaken(IngestConfig.Builder config) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FrameConsumer slow = (frame, position) -> {
            awaitQuietly(go);
            log.accept(frame, position);
        };
        int frames = 1_000;
        config.segmentBytes(256 << 10).maxPendingBytes(2 << 20).queueBytes(4 << 20);
        try (Ingest ingest = start(config, slow, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            Thread sender = sender(agent, frames, 20_000);
            await().until(() -> ingest.stats().heldBackNanos() > 0);
            // what it takes at a time is at most what the queue holds
            assertThat(ingest.stats().pendingBytes()).isBetween(2L << 20, 7L << 20);
            assertThat(ingest.stats().journalBytes()).isLessThan(7L << 20);
            assertThat(ingest.stats().paused()).isFalse();
            go.countDown();
            agent.awaitAck(agentId, frames);
            sender.join();
            // with the interval, what is below the bound waits for the minute's end
            await().until(() -> ingest.stats().pendingBytes() <= 2 << 20);
        }
        FrameLog again = new FrameLog();
        try (Ingest ingest = start(config(), again, journal -> journal)) {
            await().until(ingest::ready);
        }
        assertThat(again.of(agentId)).isEqualTo(upTo(frames));
        assertThat(log.of(agentId)).isEqualTo(upTo(frames));
    }

    @Test
    @DisplayName(
            "closed while the consumer hangs: what was acknowledged is there once after the restart, and no more was")
    void closedWhileHeldBack_losesNothing() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        IngestConfig.Builder config = config().maxPendingBytes(1 << 20).queueBytes(4 << 20);
        Ingest ingest = start(config, (frame, position) -> awaitQuietly(go), journal -> journal);
        Thread closer = new Thread(() -> closeQuietly(ingest));
        try (TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            Thread sender = sender(agent, 1_000, 20_000);
            await().until(() -> ingest.stats().heldBackNanos() > 0);
            closer.start();
            await().until(FaultIT::noJournalThread);
            go.countDown();
            closer.join();
            sender.join();
        }
        long kept = ingest.stats().frames();
        assertThat(kept).isBetween(1L, 999L);
        FrameLog again = new FrameLog();
        try (Ingest next = start(config(), again, journal -> journal)) {
            await().until(next::ready);
        }
        assertThat(again.of(agentId)).isEqualTo(upTo(kept));
    }

    private static boolean noJournalThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("kvops-journal"));
    }

    private static void closeQuietly(Ingest ingest) {
        try {
            ingest.close();
        } catch (IngestException e) {
            // seen by what is missing
        }
    }

    private Thread sender(TestAgent agent, int frames, int frameBytes) {
        Thread sender = new Thread(() -> {
            try {
                for (long i = 1; i <= frames; i++) {
                    agent.send(TestAgent.frame(agentId, i, frameBytes));
                }
            } catch (IOException e) {
                // seen by what is missing
            }
        });
        sender.start();
        return sender;
    }

    @Test
    @DisplayName("more than the queue holds: the senders wait, nothing is dropped, memory stays bounded")
    void queueFull_sendersWait() throws Exception {
        int frameBytes = 20_000;
        IngestConfig.Builder config = config().maxFrameBytes(64 << 10).queueBytes(100_000);
        try (Ingest ingest = start(config, log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            freeBytes.set(0);
            int frames = 400;
            Thread sender = sender(agent, frames, frameBytes);
            await().until(() -> ingest.stats().queueFull() > 0);
            assertThat(ingest.stats().queueBytes()).isLessThanOrEqualTo(100_000);
            freeBytes.set(Long.MAX_VALUE);
            agent.awaitAck(agentId, frames);
            sender.join();
            await().until(() -> log.entries().size() == frames);
            assertThat(log.of(agentId)).isEqualTo(upTo(frames));
        }
    }

    @Test
    @DisplayName("files the retention removes are processed ones, and their frames are still known as repeated")
    void retention_keepsAccounting() throws Exception {
        IngestConfig.Builder config = config().segmentBytes(64 << 10).retentionBytes(1 << 20);
        long frames = 100;
        try (Ingest ingest = start(config, log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= frames; i++) {
                agent.send(TestAgent.frame(agentId, i, 50_000));
                agent.awaitAck(agentId, i);
            }
            // as the consumer gets on, and every ten seconds
            await().until(() ->
                    ingest.stats().removedSegments() > 10 && ingest.stats().journalBytes() < 3 << 20);
        }
        assertThat(log.of(agentId)).isEqualTo(upTo(frames));
        FrameLog again = new FrameLog();
        try (Ingest ingest = start(config, again, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            await().until(ingest::ready);
            assertThat(again.entries().size()).isLessThan((int) frames);
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.awaitAck(agentId, 1);
            agent.send(TestAgent.frame(agentId, frames + 1, 10));
            agent.awaitAck(agentId, frames + 1);
            await().until(() -> again.of(agentId).contains(frames + 1));
            assertThat(again.of(agentId)).doesNotContain(1L);
            assertThat(ingest.stats().duplicates()).isEqualTo(1);
            assertThat(ingest.stats().gaps()).isZero();
        }
    }

    @Test
    void skippedSequence_acceptedAndCounted() throws Exception {
        try (Ingest ingest = start(config(), log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.send(TestAgent.frame(agentId, 5, 10));
            agent.awaitAck(agentId, 5);
            await().until(() -> log.of(agentId).equals(List.of(1L, 5L)));
            assertThat(ingest.stats().gaps()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("sync: interval acknowledges without waiting for the disk, and syncs in the background")
    void intervalSync_acksAndSyncs() throws Exception {
        IngestConfig.Builder config = config().sync(IngestConfig.Sync.INTERVAL).syncInterval(Duration.ofMillis(50));
        try (Ingest ingest = start(config, log, journal -> journal);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.awaitAck(agentId, 1);
            await().until(() -> ingest.stats().fsyncs() > 0);
            await().until(() -> log.of(agentId).equals(upTo(1)));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
