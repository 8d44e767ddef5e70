package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.Refusal;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.WireCodec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that no sane agent sends, and disks as they are found after a bad day. */
class BadInputIT {
    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();

    @TempDir
    Path folder;

    private Ingest start(Path data, FrameConsumer consumer) throws IngestException {
        Ingest ingest =
                Ingest.open(IngestConfig.builder(data).port(0).minFreeBytes(0).build(), consumer, Clock.systemUTC());
        ingest.start();
        return ingest;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    @DisplayName("frames repeated, reordered and skipped: each counts at most once, and what is missing is counted")
    void sequences_inAnyOrder() throws Exception {
        try (Ingest ingest = start(folder, log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long sequence : new long[] {1, 1, 2, 5, 3, 4, 5, 6, Long.MAX_VALUE, 7}) {
                agent.send(TestAgent.frame(agentId, sequence, 10));
            }
            agent.awaitAck(agentId, Long.MAX_VALUE);
            await().until(() -> log.entries().size() == 5);
            assertThat(log.of(agentId)).containsExactly(1L, 2L, 5L, 6L, Long.MAX_VALUE);
            assertThat(ingest.stats().duplicates()).isEqualTo(5);
            assertThat(ingest.stats().gaps()).isEqualTo(2 + (1L << 40));
        }
    }

    @Test
    @DisplayName("times of a frame are not judged here: future, past, overlapping, backwards ones are handed over")
    void times_arePassedOn() throws Exception {
        List<Long> starts = new ArrayList<>();
        FrameConsumer consumer = (frame, position) -> {
            synchronized (starts) {
                starts.add(frame.startMillis());
            }
        };
        long[] times = {0, Long.MAX_VALUE, Long.MIN_VALUE, 4_102_444_800_000L, 4_102_444_799_500L};
        try (Ingest ingest = start(folder, consumer);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (int i = 0; i < times.length; i++) {
                agent.send(new Frame(
                        TestAgent.source(agentId),
                        i + 1,
                        times[i],
                        times[i] - 1,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of()));
            }
            agent.awaitAck(agentId, times.length);
            await().until(() -> ingest.stats().consumed() == times.length);
            synchronized (starts) {
                assertThat(starts).containsExactly(Arrays.stream(times).boxed().toArray(Long[]::new));
            }
        }
    }

    @Test
    @DisplayName("histogram bytes that do not decode are refused, and the frames before them are kept")
    void badHistogram_refused() throws Exception {
        SeriesKey key = new SeriesKey("redis", "h:1", "GET", OpClass.READ, "p", false);
        SparseHistogram latency = SparseHistogram.of(new int[] {100, 200}, new long[] {11, 13});
        SeriesDelta delta = new SeriesDelta(key, 24, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, latency, 0);
        byte[] good = WireCodec.encode(new Frame(
                TestAgent.source(agentId), 2, 0, 1, List.of(delta), List.of(), List.of(), Map.of(), Map.of()));
        // the list is 101, 11, 100, 13, in one byte each: a step of 0 is no step
        byte[] bad = good.clone();
        bad[indexOf(bad, new byte[] {101, 11, 100, 13}) + 2] = 0;
        try (Ingest ingest = start(folder, log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 1));
            agent.awaitAck(agentId, 1);
            agent.sendRaw(ByteBuffer.allocate(4 + bad.length)
                    .putInt(bad.length)
                    .put(bad)
                    .array());
            Refusal refusal = agent.awaitRefusal();
            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.MALFORMED);
            assertThat(refusal.message()).contains("latency step 0");
            await().until(() -> log.of(agentId).equals(upTo(1)));
        }
    }

    private static int indexOf(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new IllegalArgumentException("not there");
    }

    @Test
    @DisplayName("a million distinct series from one agent: as many as may be, the rest under other, every count kept")
    void millionSeries_areFolded() throws Exception {
        Set<SeriesKey> keys = new HashSet<>();
        AtomicLong count = new AtomicLong();
        FrameConsumer consumer = (frame, position) -> frame.series().forEach(delta -> {
            keys.add(delta.key());
            count.addAndGet(delta.count());
        });
        int perFrame = 50_000;
        try (Ingest ingest = start(folder, consumer);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (int i = 0; i < 20; i++) {
                List<SeriesDelta> series = new ArrayList<>(perFrame);
                for (int j = 0; j < perFrame; j++) {
                    SeriesKey key = new SeriesKey("redis", "h", "GET", OpClass.READ, "k" + (i * perFrame + j), false);
                    series.add(new SeriesDelta(key, 1, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0));
                }
                agent.send(new Frame(
                        TestAgent.source(agentId), i + 1, 0, 1, series, List.of(), List.of(), Map.of(), Map.of()));
                agent.awaitAck(agentId, i + 1);
            }
            await().until(() -> count.get() == 1_000_000);
            assertThat(ingest.stats().foldedSeries()).isEqualTo(1_000_000 - 10_000);
        }
        assertThat(keys).hasSize(10_001);
    }

    @Test
    @DisplayName("many large messages at a time share the memory for them, and all come through")
    void largeMessages_shareMemory() throws Exception {
        IngestConfig config = IngestConfig.builder(folder)
                .port(0)
                .minFreeBytes(0)
                .maxFrameBytes(1 << 20)
                .queueBytes(1 << 20)
                .build();
        List<TestAgent> agents = new ArrayList<>();
        try (Ingest ingest = Ingest.open(config, log, Clock.systemUTC())) {
            ingest.start();
            byte[] message = WireCodec.encode(TestAgent.frame(agentId, 1, 700_000));
            // each has begun, none has gone on
            for (int i = 0; i < 8; i++) {
                TestAgent agent = TestAgent.connect(ingest.port(), "");
                agents.add(agent);
                agent.sendRaw(ByteBuffer.allocate(104)
                        .putInt(message.length)
                        .put(message, 0, 100)
                        .array());
            }
            await().until(() -> ingest.stats().queueFull() == 7);
            List<Thread> senders = new ArrayList<>();
            for (TestAgent agent : agents) {
                Thread sender = new Thread(() -> {
                    try {
                        agent.sendRaw(Arrays.copyOfRange(message, 100, message.length));
                        agent.awaitAck(agentId, 1);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                senders.add(sender);
                sender.start();
            }
            for (Thread sender : senders) {
                sender.join();
            }
            await().until(() -> ingest.stats().duplicates() == 7);
            assertThat(log.of(agentId)).isEqualTo(upTo(1));
        } finally {
            for (TestAgent agent : agents) {
                agent.close();
            }
        }
    }

    @Test
    @DisplayName("a damaged agents.idx and a journal whose end is torn: what was acknowledged is there, once")
    void damagedFiles_areSurvived() throws Exception {
        try (Ingest ingest = start(folder, log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 20; i++) {
                agent.send(TestAgent.frame(agentId, i, 1_000));
            }
            agent.awaitAck(agentId, 20);
        }
        Files.writeString(folder.resolve("agents.idx"), "rubbish");
        Path journal = SegmentFiles.path(folder.resolve("journal"), SegmentFiles.FIRST_ID);
        tear(journal);
        FrameLog again = new FrameLog();
        try (Ingest ingest = start(folder, again);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            await().until(ingest::ready);
            for (long i = 18; i <= 22; i++) {
                agent.send(TestAgent.frame(agentId, i, 1_000));
            }
            agent.awaitAck(agentId, 22);
            await().until(() -> again.of(agentId).equals(upTo(22)));
            assertThat(ingest.stats().duplicates()).isEqualTo(3);
        }
    }

    /** Puts half a record behind the last one, as a kill does: content, and no header yet. */
    private static void tear(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int end = all.length - 1;
        while (all[end] == 0) {
            end--;
        }
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek((end + 16) / 4 * 4);
            access.write("half a record".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    @DisplayName("proof: a real disk that is full: nothing acknowledged is lost, and it resumes by itself")
    void realFullDisk_pausesAndResumes() throws Exception {
        assumeThat(Boolean.getBoolean("kvops.proof")).as("-Dkvops.proof=true").isTrue();
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk.toString()))
                .as("mounting a tmpfs, which takes root")
                .isTrue();
        try {
            fillAndFree(disk);
        } finally {
            run("umount", disk.toString());
        }
    }

    private void fillAndFree(Path disk) throws Exception {
        IngestConfig config = IngestConfig.builder(disk.resolve("data"))
                .port(0)
                .maxFrameBytes(64 << 10)
                .segmentBytes(1 << 20)
                .retentionBytes(4 << 20)
                .minFreeBytes(16 << 20)
                .build();
        Path ballast = disk.resolve("ballast");
        try (Ingest ingest = Ingest.open(config, log, Clock.systemUTC())) {
            ingest.start();
            try (TestAgent agent = TestAgent.connect(ingest.port(), "")) {
                long sent = 0;
                for (int round = 0; round < 10; round++) {
                    for (int i = 0; i < 50; i++) {
                        agent.send(TestAgent.frame(agentId, ++sent, 20_000));
                    }
                    agent.awaitAck(agentId, sent);
                    fill(ballast);
                    agent.send(TestAgent.frame(agentId, ++sent, 20_000));
                    await().until(() -> ingest.stats().paused());
                    Files.delete(ballast);
                    agent.awaitAck(agentId, sent);
                    assertThat(ingest.stats().paused()).isFalse();
                }
                long last = sent;
                await().until(() -> log.entries().size() == last);
                assertThat(log.of(agentId)).isEqualTo(upTo(last));
            }
        }
    }

    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[1 << 20];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            while (true) {
                file.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("space");
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
