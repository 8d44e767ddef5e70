package io.kvops.benchmarks.fleet;

import io.kvops.wire.Refusal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What the agents of one event loop did; of that loop's thread. Frames are counted by template, which tells the rest. */
final class Tally {
    private static final long LATENCY_MAX_NANOS = 600_000_000_000L;
    private static final int LATENCY_DIGITS = 3;

    private final List<FrameTemplate> templates;
    private final long[] made;
    private final long[] acked;
    private final Histogram ackNanos = new Histogram(LATENCY_MAX_NANOS, LATENCY_DIGITS);
    private final Map<Refusal.Kind, Long> refusals = new EnumMap<>(Refusal.Kind.class);
    private long bytes;
    private long resent;
    private long heldBack;
    private long connects;
    private long disconnects;

    Tally(List<FrameTemplate> templates) {
        this.templates = templates;
        made = new long[templates.size()];
        acked = new long[templates.size()];
    }

    void made(int template) {
        made[template]++;
    }

    void sent(long messageBytes) {
        bytes += messageBytes;
    }

    /** An acknowledgement of a frame came so long after the moment at which the frame was due. */
    void acked(int template, long nanos) {
        acked[template]++;
        ackNanos.recordValue(Math.min(Math.max(0, nanos), LATENCY_MAX_NANOS));
    }

    void resent() {
        resent++;
    }

    void heldBack() {
        heldBack++;
    }

    void connected() {
        connects++;
    }

    void disconnected() {
        disconnects++;
    }

    void refused(Refusal.Kind kind) {
        refusals.merge(kind, 1L, Long::sum);
    }

    Tally copy() {
        Tally copy = new Tally(templates);
        copy.add(this);
        return copy;
    }

    void add(Tally other) {
        for (int i = 0; i < made.length; i++) {
            made[i] += other.made[i];
            acked[i] += other.acked[i];
        }
        ackNanos.add(other.ackNanos);
        other.refusals.forEach((kind, n) -> refusals.merge(kind, n, Long::sum));
        bytes += other.bytes;
        resent += other.resent;
        heldBack += other.heldBack;
        connects += other.connects;
        disconnects += other.disconnects;
    }

    /** Takes away what an earlier copy of this had. */
    void subtract(Tally earlier) {
        for (int i = 0; i < made.length; i++) {
            made[i] -= earlier.made[i];
            acked[i] -= earlier.acked[i];
        }
        ackNanos.subtract(earlier.ackNanos);
        earlier.refusals.forEach((kind, n) -> refusals.merge(kind, -n, Long::sum));
        bytes -= earlier.bytes;
        resent -= earlier.resent;
        heldBack -= earlier.heldBack;
        connects -= earlier.connects;
        disconnects -= earlier.disconnects;
    }

    long framesMade() {
        return sum(made);
    }

    long framesAcked() {
        return sum(acked);
    }

    /** As a JSON object. */
    Map<String, Object> toMap() {
        long series = 0;
        long operations = 0;
        Map<String, Long> byStoreOp = new TreeMap<>();
        for (int i = 0; i < acked.length; i++) {
            FrameTemplate template = templates.get(i);
            long times = acked[i];
            series += times * template.series();
            operations += times * template.operations();
            template.byStoreOp().forEach((op, n) -> byStoreOp.merge(op, n * times, Long::sum));
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("framesMade", framesMade());
        map.put("framesAcked", framesAcked());
        map.put("seriesAcked", series);
        map.put("opsAcked", operations);
        map.put("byStoreOp", byStoreOp);
        map.put("bytesSent", bytes);
        map.put("resent", resent);
        map.put("heldBack", heldBack);
        map.put("connects", connects);
        map.put("disconnects", disconnects);
        map.put("refusals", refusals);
        map.put("ackMillis", latency());
        return map;
    }

    private Map<String, Double> latency() {
        Map<String, Double> map = new TreeMap<>();
        map.put("p50", millis(ackNanos.getValueAtPercentile(50)));
        map.put("p99", millis(ackNanos.getValueAtPercentile(99)));
        map.put("p999", millis(ackNanos.getValueAtPercentile(99.9)));
        map.put("max", millis(ackNanos.getMaxValue()));
        return map;
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e4) / 1e2;
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
