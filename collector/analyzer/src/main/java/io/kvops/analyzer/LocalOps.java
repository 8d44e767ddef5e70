package io.kvops.analyzer;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.key.KeyTemplates;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Operations that code of this process times by itself. They collect in a few stripes, by thread, so that threads seldom
 * wait for each other; whoever first records in a new second hands its stripe's last second to the analyzer, as a frame
 * like any agent's. {@link #flush} hands over the rest, once a second and before a question is answered: an operation that
 * was closed before is in the answer. No thread of its own.
 */
final class LocalOps {
    private static final int MAX_PATTERNS = 4_096;
    private static final int MAX_SLOW_OPS_PER_SECOND = 1_000;

    /** In one stripe, which is handed over early when it has so many: each holds some KB. */
    private static final int MAX_SERIES = 1_000;

    private static final int MAX_STACK = 50;
    private static final int STRIPES = 16;

    /** Takes what was collected; hot keys come as a table, since a bounded table knows more than increments say. */
    interface Sink {
        void accept(Frame frame, HotKeyTable hotKeys);
    }

    private final Supplier<AnalyzerConfig> config;
    private final Supplier<SlowThresholds> thresholds;
    private final Clock clock;
    private final LongSupplier nanoTicker;
    private final Sink sink;
    private final UUID agentId = UUID.randomUUID();
    private volatile Source source;
    private final KeyTemplates templates = new KeyTemplates(MAX_PATTERNS);
    private final Stripe[] stripes = new Stripe[STRIPES];

    LocalOps(
            Supplier<AnalyzerConfig> config,
            Supplier<SlowThresholds> thresholds,
            Clock clock,
            LongSupplier nanoTicker,
            Sink sink) {
        this.config = config;
        this.thresholds = thresholds;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
        this.sink = sink;
        source = source(config.get().service());
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    private Source source(String service) {
        ProcessHandle process = ProcessHandle.current();
        return new Source(
                agentId,
                service,
                "pid:" + process.pid(),
                "localhost",
                process.pid(),
                System.getProperty("java.vm.name", "") + " " + System.getProperty("java.version", ""));
    }

    /** The settings have changed. */
    void configured() {
        flush();
        source = source(config.get().service());
    }

    TimedOp start(String store, OpType type, @Nullable String key) {
        return new TimedOp(this, store, type, key, nanoTicker.getAsLong());
    }

    void record(TimedOp op, long startNanos) {
        long latencyNanos = Math.max(0, nanoTicker.getAsLong() - startNanos);
        byte[] key = op.key == null ? null : op.key.getBytes(StandardCharsets.UTF_8);
        String pattern = key == null ? "" : templates.pattern(templates.idOf(key, 0, key.length));
        AnalyzerConfig now = config.get();
        boolean slow = !now.slowThreshold().isZero()
                && latencyNanos >= thresholds.get().nanos(op.store, op.type.name(), pattern);
        List<String> stack = slow && now.enableStackTrace() ? stack() : List.of();
        SeriesKey series = new SeriesKey(op.store, "", op.type.name(), op.type.opClass(), pattern, false);
        long nowMillis = clock.millis();
        // consecutive ids spread evenly; a thread always meets the same stripe
        stripes[(int) Thread.currentThread().getId() & STRIPES - 1].record(
                op, series, key, latencyNanos, slow, stack, nowMillis);
    }

    /** Hands over all that was recorded so far. */
    void flush() {
        for (Stripe stripe : stripes) {
            stripe.flush();
        }
    }

    private static List<String> stack() {
        return StackWalker.getInstance()
                .walk(frames -> frames.dropWhile(f -> f.getClassName().equals(LocalOps.class.getName())
                                || f.getClassName().equals(TimedOp.class.getName()))
                        .limit(MAX_STACK)
                        .map(f -> f.toStackTraceElement().toString())
                        .toList());
    }

    /** What some threads recorded in one second. Its lock is taken before the analyzer's, never after. */
    private final class Stripe {
        private final Map<SeriesKey, Local> series = new HashMap<>();
        private final List<SlowOp> slowOps = new ArrayList<>();
        private HotKeyTable hotKeys = new HotKeyTable(config.get().hotKeysPerCell());
        private final Map<String, Long> dropped = new HashMap<>();
        private long firstMillis;
        private long lastMillis;
        private long sequence;

        synchronized void record(
                TimedOp op,
                SeriesKey key,
                byte @Nullable [] keyBytes,
                long latencyNanos,
                boolean slow,
                List<String> stack,
                long nowMillis) {
            boolean newSecond = Math.floorDiv(nowMillis, 1_000L) != Math.floorDiv(lastMillis, 1_000L);
            if (newSecond || series.size() >= MAX_SERIES) {
                flush();
            }
            if (series.isEmpty()) {
                firstMillis = nowMillis;
            }
            lastMillis = nowMillis;
            series.computeIfAbsent(key, k -> new Local()).add(op, keyBytes, latencyNanos);
            if (keyBytes != null) {
                count(op, keyBytes);
            }
            if (slow && slowOps.size() < MAX_SLOW_OPS_PER_SECOND) {
                slowOps.add(new SlowOp(nowMillis, key, keyBytes, false, latencyNanos, op.outcome, stack));
            } else if (slow) {
                dropped.merge("slowOps", 1L, Long::sum);
            }
        }

        private void count(TimedOp op, byte[] key) {
            boolean read = op.type.opClass() == OpClass.READ;
            boolean write = op.type.opClass() == OpClass.WRITE || op.type.opClass() == OpClass.DELETE;
            long bytes = op.bytesIn + op.bytesOut;
            hotKeys.add(
                    new HotKeyDelta(op.store, "", key, false, 1, 0, read ? 1 : 0, write ? 1 : 0, bytes),
                    Set.of(source.service()));
        }

        /** Under the lock to the end: else a frame on its way would be missing from a report that others ask for. */
        synchronized void flush() {
            if (series.isEmpty()) {
                return;
            }
            List<SeriesDelta> deltas = new ArrayList<>(series.size());
            series.forEach((key, local) -> deltas.add(local.delta(key)));
            Frame frame = new Frame(
                    source,
                    ++sequence,
                    firstMillis,
                    lastMillis,
                    deltas,
                    List.of(),
                    List.copyOf(slowOps),
                    Map.of(),
                    Map.copyOf(dropped));
            HotKeyTable keys = hotKeys;
            series.clear();
            slowOps.clear();
            dropped.clear();
            hotKeys = new HotKeyTable(config.get().hotKeysPerCell());
            sink.accept(frame, keys);
        }
    }

    private static final class Local {
        private final LatencyHistogram latency = new LatencyHistogram();
        private final Map<String, Long> errors = new HashMap<>();
        private long count;
        private long misses;
        private long timeouts;
        private long cancelled;
        private long keyBytes;
        private long bytesIn;
        private long bytesOut;
        private long sumNanos;

        void add(TimedOp op, byte @Nullable [] key, long latencyNanos) {
            count++;
            latency.record(latencyNanos);
            sumNanos += latencyNanos;
            keyBytes += key == null ? 0 : key.length;
            bytesIn += op.bytesIn;
            bytesOut += op.bytesOut;
            misses += op.outcome == Outcome.MISS ? 1 : 0;
            timeouts += op.outcome == Outcome.TIMEOUT ? 1 : 0;
            cancelled += op.outcome == Outcome.CANCELLED ? 1 : 0;
            if (op.outcome == Outcome.ERROR) {
                String name = op.error == null ? "" : op.error;
                boolean room = errors.size() < OpsSum.MAX_ERROR_CLASSES || errors.containsKey(name);
                errors.merge(room ? name : SeriesRegistry.OTHER, 1L, Long::sum);
            }
        }

        SeriesDelta delta(SeriesKey key) {
            return new SeriesDelta(
                    key,
                    count,
                    misses,
                    Map.copyOf(errors),
                    timeouts,
                    cancelled,
                    keyBytes,
                    bytesIn,
                    bytesOut,
                    sumNanos,
                    latency.max(),
                    latency.toSparse(),
                    0);
        }
    }
}
