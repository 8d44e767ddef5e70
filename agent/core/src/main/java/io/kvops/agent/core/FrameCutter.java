package io.kvops.agent.core;

import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes encoded frames of a bounded size: what does not fit into one goes into several. Owned by the frame thread. */
final class FrameCutter {
    private static final int SMALLEST_LIMIT = 4_096;

    private final Source source;
    private final int bytesMax;

    /** @param bytesMax largest encoded frame */
    FrameCutter(Source source, int bytesMax) {
        this.source = source;
        this.bytesMax = Math.max(SMALLEST_LIMIT, bytesMax);
    }

    /** One frame, however large. */
    byte[] encode(long sequence, Content content) {
        return WireCodec.encode(new Frame(
                source,
                sequence,
                content.startMillis,
                content.endMillis,
                content.series,
                content.hotKeys,
                content.slowOps,
                content.gauges,
                content.dropped));
    }

    /** As many frames as are needed, the first with this sequence number. */
    List<byte[]> cut(long firstSequence, Content content) {
        byte[] whole = encode(firstSequence, content);
        if (whole.length <= bytesMax) {
            List<byte[]> single = new ArrayList<>(1);
            single.add(whole);
            return single;
        }
        for (int parts = whole.length / bytesMax + 1; ; parts *= 2) {
            List<byte[]> frames = new ArrayList<>(parts);
            boolean fits = true;
            for (int part = 0; part < parts && fits; part++) {
                byte[] frame = encode(firstSequence + part, content.part(part, parts));
                fits = frame.length <= bytesMax;
                frames.add(frame);
            }
            // a single series, key or slow op is far below the limit, so this comes to an end
            if (fits || parts > content.largestList()) {
                return frames;
            }
        }
    }

    /** What a frame holds, apart from who sends it. */
    static final class Content {
        final long startMillis;
        final long endMillis;
        final List<SeriesDelta> series;
        final List<HotKeyDelta> hotKeys;
        final List<SlowOp> slowOps;
        final Map<String, Double> gauges;
        final Map<String, Long> dropped;

        Content(
                long startMillis,
                long endMillis,
                List<SeriesDelta> series,
                List<HotKeyDelta> hotKeys,
                List<SlowOp> slowOps,
                Map<String, Double> gauges,
                Map<String, Long> dropped) {
            this.startMillis = startMillis;
            this.endMillis = endMillis;
            this.series = series;
            this.hotKeys = hotKeys;
            this.slowOps = slowOps;
            this.gauges = gauges;
            this.dropped = dropped;
        }

        private Content part(int part, int parts) {
            return new Content(
                    startMillis,
                    endMillis,
                    slice(series, part, parts),
                    slice(hotKeys, part, parts),
                    slice(slowOps, part, parts),
                    part == 0 ? gauges : new HashMap<>(),
                    part == 0 ? dropped : new HashMap<>());
        }

        private int largestList() {
            return Math.max(series.size(), Math.max(hotKeys.size(), slowOps.size()));
        }

        private static <T> List<T> slice(List<T> list, int part, int parts) {
            int from = (int) ((long) list.size() * part / parts);
            int to = (int) ((long) list.size() * (part + 1) / parts);
            return list.subList(from, to);
        }
    }
}
