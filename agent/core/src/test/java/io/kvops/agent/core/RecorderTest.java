package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Probes;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
    private final UUID agent = UUID.randomUUID();
    private final AtomicLong nanos = new AtomicLong();

    @TempDir
    Path folder;

    private Privacy privacy;
    private OpRecorder recorder;
    private Frames frames;
    private Spool spool;

    @AfterEach
    void uninstall() {
        Probes.install(null);
    }

    private void open(long memoryBytes, String keys, int spoolBytes) {
        Names names = new Names(256);
        privacy = new Privacy(keys, "salt");
        HotKeys hotKeys = new HotKeys(256);
        MemoryBudget memory = new MemoryBudget(memoryBytes);
        AgentLog log = new AgentLog(new File(folder.toFile(), "agent.log"));
        SlowOps slowOps = new SlowOps(names, privacy, 10, true, () -> 1_000L);
        recorder = new OpRecorder(
                names,
                hotKeys,
                slowOps,
                new Breaker(Breaker.BUDGET_NANOS),
                memory,
                log,
                1_000_000,
                privacy.keepsKeys());
        spool = Spool.create(SpoolStore.inMemory(Spool.firstBytes()), agent, spoolBytes);
        Source source = new Source(agent, "test", "test:1", "host", 1, "jvm");
        frames = new Frames(
                new Frames.Parts(
                        recorder,
                        hotKeys,
                        slowOps,
                        names,
                        privacy,
                        memory,
                        source,
                        spool,
                        log,
                        nanos::get,
                        () -> 1_000L,
                        new Gauges()),
                new Flow(1_000_000_000L));
        Probes.install(recorder);
    }

    private List<Frame> sent() throws Exception {
        List<Frame> all = new ArrayList<>();
        for (Spool.SpooledFrame f = spool.next(0); f != null; f = spool.next(f.sequence)) {
            all.add((Frame) WireCodec.decode(f.bytes));
        }
        return all;
    }

    private static void op(int endpoint, String command, Object key, int outcome, String error, long bytes) {
        Op op = Probes.begin();
        op.endpoint = endpoint;
        op.command = command;
        op.key = key;
        op.start();
        op.outcome = outcome;
        op.error = error;
        op.bytesIn = bytes;
        op.end(null);
    }

    @Test
    void record_manyThreadsWhileFramesAreCut_countsAreExact() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        open(64 << 20, "plain", 64 << 20);
        int endpoint = Probes.endpoint("redis", "h:1/0");
        String[] commands = {"GET", "SET", "DEL", "HGET"};
        Map<String, LongAdder> expected = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            long threadSeed = seed + t;
            threads.add(new Thread(() -> {
                Random random = new Random(threadSeed);
                for (int i = 0; i < 50_000; i++) {
                    String command = commands[random.nextInt(4)];
                    String name = random.nextBoolean() ? "user:" : "cart:";
                    String key = name + (random.nextInt(10) == 0 ? 7 : random.nextInt(5_000)); // one is hot
                    int outcome = random.nextInt(20) == 0 ? Op.ERROR : Op.OK;
                    boolean bytes = random.nextBoolean();
                    op(endpoint, command, bytes ? key.getBytes(StandardCharsets.UTF_8) : key, outcome, "E" + i % 3, 7);
                    expected.computeIfAbsent(command + " " + name + "{n}", k -> new LongAdder())
                            .increment();
                    if (outcome == Op.ERROR) {
                        expected.computeIfAbsent("E" + i % 3, k -> new LongAdder())
                                .increment();
                    }
                }
            }));
        }
        Thread cutter = new Thread(() -> {
            while (!done.get()) {
                nanos.addAndGet(300_000_000);
                frames.tick();
            }
        });
        threads.forEach(Thread::start);
        cutter.start();
        for (Thread thread : threads) {
            thread.join();
        }
        done.set(true);
        cutter.join();
        frames.closeNow();

        Map<String, Long> seen = new TreeMap<>();
        long timed = 0;
        long hot = 0;
        for (Frame frame : sent()) {
            assertThat(frame.dropped()).doesNotContainKeys("ops", "series.other", "latency.untimed", "probe.failures");
            for (SeriesDelta delta : frame.series()) {
                seen.merge(delta.key().op() + " " + delta.key().pattern(), delta.count(), Long::sum);
                delta.errors().forEach((name, n) -> seen.merge(name, n, Long::sum));
                assertThat(delta.bytesIn()).isEqualTo(7 * delta.count());
                timed += delta.latency().total();
            }
            for (HotKeyDelta delta : frame.hotKeys()) {
                hot += delta.count();
            }
        }
        Map<String, Long> wanted = new TreeMap<>();
        expected.forEach((name, n) -> wanted.put(name, n.sum()));
        assertThat(seen).isEqualTo(wanted);
        assertThat(timed).isEqualTo(8 * 50_000);
        assertThat(hot).isBetween(1L, 8L * 50_000);
    }

    @Test
    void record_moreSeriesThanMemory_foldsIntoOtherAndCounts() throws Exception {
        open(1 << 20, "plain", 64 << 20);
        for (int i = 0; i < 20_000; i++) {
            op(Probes.endpoint("redis", "h:" + i % 200), "OP" + i % 100, "k", Op.OK, null, 0);
        }
        frames.closeNow();
        long total = 0;
        for (Frame frame : sent()) {
            for (SeriesDelta delta : frame.series()) {
                total += delta.count();
            }
        }
        assertThat(total).isEqualTo(20_000);
    }

    @Test
    void record_aMillionDistinctSeries_isBoundedFoldedAndCounted() throws Exception {
        open(16 << 20, "plain", 64 << 20);
        String[] commands = new String[250];
        for (int i = 0; i < commands.length; i++) {
            commands[i] = "OP" + i;
        }
        long total = 0;
        long folded = 0;
        long dropped = 0;
        int most = 0;
        long acked = 0;
        for (int place = 0; place < 4_000; place++) {
            int endpoint = Probes.endpoint("redis", "host" + place + ":6379/0");
            for (String command : commands) {
                op(endpoint, command, "user:1", Op.OK, null, 0);
            }
            if (place % 200 == 199) {
                frames.closeNow();
                int series = 0;
                for (Frame frame : sent()) {
                    series += frame.series().size();
                    total += count(frame);
                    for (SeriesDelta delta : frame.series()) {
                        folded += delta.key().pattern().equals("other") ? delta.count() : 0;
                    }
                    dropped += frame.dropped().getOrDefault("series.other", 0L);
                    acked = frame.sequence();
                }
                spool.acked(acked);
                most = Math.max(most, series);
            }
        }
        assertThat(total).isEqualTo(1_000_000);
        assertThat(folded).isPositive().isEqualTo(dropped);
        // 600 bytes each and more, of 16 MiB
        assertThat(most).isBetween(1_000, 28_000);
        System.out.println(
                "of a million series in 20 frames " + folded + " operations were folded, most series " + most);
    }

    @Test
    void use_otherModes_holdForWhatWasRecordedBefore() throws Exception {
        open(16 << 20, "plain", 64 << 20);
        int endpoint = Probes.endpoint("redis", "h:1/0");
        Op op = Probes.begin();
        op.endpoint = endpoint;
        op.command = "GET";
        op.key = "user:1";
        op.startAt(System.nanoTime() - 10_000_000);
        op.end(null);
        privacy.use("hash");
        frames.closeNow();
        SlowOp hashed = sent().get(0).slowOps().get(0);
        assertThat(hashed.hashed()).isTrue();
        assertThat(hashed.key()).isEqualTo(privacy.key("user:1".getBytes(StandardCharsets.UTF_8)));

        recorder.use(Long.MAX_VALUE, false);
        privacy.use("pattern");
        op(endpoint, "GET", "user:2", Op.OK, null, 0);
        frames.closeNow();
        assertThat(sent().get(1).hotKeys()).isEmpty();
        recorder.use(1, true);
        privacy.use("plain");
        op(endpoint, "GET", "user:3", Op.OK, null, 0);
        frames.closeNow();
        assertThat(sent().get(2).slowOps()).hasSize(1);
        assertThat(sent().get(2).hotKeys())
                .extracting(key -> new String(key.key(), StandardCharsets.US_ASCII))
                .containsExactly("user:3");
    }

    @Test
    void tick_whileTheSpoolIsFull_keepsGrowingAndLosesNothing() throws Exception {
        open(16 << 20, "plain", 1 << 20);
        int endpoint = Probes.endpoint("redis", "h:1/0");
        long ops = 0;
        long acked = 0;
        long seen = 0;
        for (int round = 0; round < 400; round++) {
            for (int i = 0; i < 200; i++, ops++) {
                op(endpoint, "OP" + i, "key:" + i, Op.OK, null, 0);
            }
            nanos.addAndGet(1_000_000_000L);
            frames.tick();
            if (round % 100 == 99) {
                for (Frame frame : sent()) {
                    assertThat(frame.sequence()).isEqualTo(++acked);
                    seen += count(frame);
                }
                spool.acked(acked);
            }
        }
        frames.closeNow();
        for (Frame frame : sent()) {
            seen += count(frame);
        }
        assertThat(seen).isEqualTo(ops);
    }

    private static long count(Frame frame) {
        return frame.series().stream().mapToLong(SeriesDelta::count).sum();
    }

    @Test
    void privacy_hash_keysAreHashedAlikeAndPattern_noKeyLeaves() throws Exception {
        open(16 << 20, "hash", 1 << 20);
        op(Probes.endpoint("redis", "h:1/0"), "GET", "user:1", Op.OK, null, 0);
        frames.closeNow();
        HotKeyDelta hot = sent().get(0).hotKeys().get(0);
        assertThat(hot.hashed()).isTrue();
        assertThat(new String(hot.key(), StandardCharsets.US_ASCII))
                .isEqualTo(new String(
                        new Privacy("hash", "salt").key("user:1".getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.US_ASCII))
                .hasSize(16);

        open(16 << 20, "pattern", 1 << 20);
        op(Probes.endpoint("redis", "h:1/0"), "GET", "user:1", Op.OK, null, 0);
        frames.closeNow();
        assertThat(sent().get(0).hotKeys()).isEmpty();
        assertThat(sent().get(0).series().get(0).key().pattern()).isEqualTo("user:{n}");
    }

    @Test
    void record_keysOfAllKinds_haveTheirPattern() throws Exception {
        open(16 << 20, "plain", 1 << 20);
        int endpoint = Probes.endpoint("mine", "x");
        op(endpoint, "GET", "user:1", Op.OK, null, 0);
        op(endpoint, "GET", "user:2".getBytes(StandardCharsets.UTF_8), Op.OK, null, 0);
        op(endpoint, "GET", java.nio.ByteBuffer.wrap("user:3".getBytes(StandardCharsets.UTF_8)), Op.OK, null, 0);
        op(endpoint, "GET", new StringBuilder("user:4"), Op.OK, null, 0);
        op(endpoint, "PING", null, Op.OK, null, 0);
        op(endpoint, "GET", "naïve:" + "x".repeat(700), Op.OK, null, 0);
        op(endpoint, "GET", 42L, Op.OK, null, 0);
        frames.closeNow();
        Map<String, Long> patterns = new TreeMap<>();
        for (SeriesDelta delta : sent().get(0).series()) {
            patterns.merge(delta.key().pattern(), delta.count(), Long::sum);
        }
        assertThat(patterns).containsEntry("user:{n}", 4L).containsEntry("", 1L).containsEntry("{n}", 1L);
        assertThat(patterns.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(7);
    }

    @Test
    void breaker_mostSamplesOverBudgetFiveTimes_trips() {
        Breaker breaker = new Breaker(1_000);
        for (int second = 1; second <= 5; second++) {
            for (int i = 0; i < 20; i++) {
                breaker.sample(i < 15 ? 2_000 : 10);
            }
            assertThat(breaker.check()).isEqualTo(second == 5);
        }
        for (int second = 0; second < 20; second++) {
            for (int i = 0; i < 20; i++) {
                breaker.sample(i < 5 ? 1_000_000 : 10);
            }
            assertThat(breaker.check()).isFalse();
        }
    }

    @Test
    void distinctKeys_estimatesWithinTenPercent() {
        for (int n : new int[] {10, 1_000, 100_000}) {
            DistinctKeys distinct = new DistinctKeys();
            KeyReader reader = new KeyReader(0);
            for (int i = 0; i < n; i++) {
                reader.read("user:" + i, 0, -1);
                distinct.add(reader.hash);
            }
            assertThat((double) distinct.estimate()).isBetween(n * 0.9, n * 1.1);
        }
    }
}
