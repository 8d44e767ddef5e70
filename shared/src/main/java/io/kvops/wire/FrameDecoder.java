package io.kvops.wire;

import static io.kvops.wire.MessageDecoder.checkRoom;
import static io.kvops.wire.MessageDecoder.required;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes the body of a frame: first its string table, in a quick walk over the top level, then all that refers to it. */
final class FrameDecoder {
    private static final byte[] NO_BYTES = new byte[0];

    private final ProtoReader in;
    private final List<String> strings = new ArrayList<>();

    FrameDecoder(ProtoReader in) {
        this.in = in;
        strings.add("");
    }

    Frame frame() throws WireException {
        readStrings();
        Source source = null;
        long sequence = 0;
        long startMillis = 0;
        long endMillis = 0;
        List<SeriesDelta> series = new ArrayList<>();
        List<HotKeyDelta> hotKeys = new ArrayList<>();
        List<SlowOp> slowOps = new ArrayList<>();
        Map<String, Double> gauges = new LinkedHashMap<>();
        Map<String, Long> dropped = new LinkedHashMap<>();
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 2:
                    source = MessageDecoder.source(in);
                    break;
                case 3:
                    sequence = in.unsigned("sequence");
                    break;
                case 4:
                    startMillis = in.signed("start");
                    break;
                case 5:
                    endMillis = in.signed("end");
                    break;
                case 6:
                    checkRoom(in, series.size(), Fields.MAX_ENTRIES, "series");
                    series.add(series());
                    break;
                case 7:
                    checkRoom(in, hotKeys.size(), Fields.MAX_ENTRIES, "hot keys");
                    hotKeys.add(hotKey());
                    break;
                case 8:
                    checkRoom(in, slowOps.size(), Fields.MAX_ENTRIES, "slow ops");
                    slowOps.add(slowOp());
                    break;
                case 9:
                    checkRoom(in, gauges.size(), Fields.MAX_ENTRIES, "gauges");
                    gauge(gauges);
                    break;
                case 10:
                    checkRoom(in, dropped.size(), Fields.MAX_ENTRIES, "dropped");
                    dropped(dropped);
                    break;
                default:
                    in.skip(); // also the strings, which are read already
            }
        }
        return new Frame(
                required(in, source, "frame", "source"),
                sequence,
                startMillis,
                endMillis,
                series,
                hotKeys,
                slowOps,
                gauges,
                dropped);
    }

    private void readStrings() throws WireException {
        int begin = in.position();
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                checkRoom(in, strings.size() - 1, Fields.MAX_STRINGS, "strings");
                strings.add(in.string("string"));
            } else {
                in.skip();
            }
        }
        in.rewind(begin);
    }

    private SeriesDelta series() throws WireException {
        SeriesKey key = null;
        long count = 0;
        long misses = 0;
        Map<String, Long> errors = Collections.emptyMap();
        long timeouts = 0;
        long cancelled = 0;
        long keyBytes = 0;
        long bytesIn = 0;
        long bytesOut = 0;
        long sumNanos = 0;
        long maxNanos = 0;
        SparseHistogram latency = SparseHistogram.EMPTY;
        long distinctKeys = 0;
        int outer = in.enter("series");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    key = seriesKey();
                    break;
                case 2:
                    count = in.unsigned("series count");
                    break;
                case 3:
                    misses = in.unsigned("series misses");
                    break;
                case 4:
                    errors = error(errors);
                    break;
                case 5:
                    timeouts = in.unsigned("series timeouts");
                    break;
                case 6:
                    cancelled = in.unsigned("series cancelled");
                    break;
                case 7:
                    keyBytes = in.unsigned("series key bytes");
                    break;
                case 8:
                    bytesIn = in.unsigned("series bytes in");
                    break;
                case 9:
                    bytesOut = in.unsigned("series bytes out");
                    break;
                case 10:
                    sumNanos = in.unsigned("series sum");
                    break;
                case 11:
                    maxNanos = in.unsigned("series max");
                    break;
                case 12:
                    latency = latency();
                    break;
                case 13:
                    distinctKeys = in.unsigned("series distinct keys");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        return new SeriesDelta(
                required(in, key, "series", "key"),
                count,
                misses,
                errors,
                timeouts,
                cancelled,
                keyBytes,
                bytesIn,
                bytesOut,
                sumNanos,
                maxNanos,
                latency,
                distinctKeys);
    }

    private SeriesKey seriesKey() throws WireException {
        String store = "";
        String endpoint = "";
        String op = "";
        String pattern = "";
        int opClass = 0;
        boolean internal = false;
        int outer = in.enter("series key");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    store = word("store");
                    break;
                case 2:
                    endpoint = word("endpoint");
                    break;
                case 3:
                    op = word("op");
                    break;
                case 4:
                    pattern = word("pattern");
                    break;
                case 5:
                    opClass = in.unsigned("op class", Integer.MAX_VALUE);
                    break;
                case 6:
                    internal = in.bool("internal");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        Dictionary dictionary = in.dictionary();
        return dictionary == null
                ? new SeriesKey(store, endpoint, op, OpClass.ofCode(opClass), pattern, internal)
                : dictionary.key(store, endpoint, op, OpClass.ofCode(opClass), pattern, internal);
    }

    private Map<String, Long> error(Map<String, Long> before) throws WireException {
        Map<String, Long> errors = before.isEmpty() ? new LinkedHashMap<>() : before;
        checkRoom(in, errors.size(), Fields.MAX_ENTRIES, "errors");
        String name = "";
        long count = 0;
        int outer = in.enter("series errors");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    name = word("error");
                    break;
                case 2:
                    count = in.unsigned("error count");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        errors.put(name, count);
        return errors;
    }

    private SparseHistogram latency() throws WireException {
        int outer = in.enter("latency");
        int varints = in.varintsLeft();
        if ((varints & 1) != 0 || varints > 2 * LatencyBuckets.COUNT) {
            throw in.malformed(
                    "latency has " + varints + " numbers (expected pairs, at most " + LatencyBuckets.COUNT + ")");
        }
        char[] indices = new char[varints / 2];
        byte[] counts = new byte[varints / 2];
        long @Nullable [] large = null;
        int bucket = -1;
        for (int i = 0; i < indices.length; i++) {
            long step = in.varint("latency step");
            if (step < 1 || step >= LatencyBuckets.COUNT - bucket) {
                throw in.malformed("latency step " + step + " after bucket " + bucket);
            }
            bucket += (int) step;
            indices[i] = (char) bucket;
            long count = in.varint("latency count");
            if (count < 1) {
                throw in.malformed("latency count " + count + " (expected >= 1)");
            }
            if (large == null && count > Byte.MAX_VALUE) {
                large = widened(counts);
            }
            if (large == null) {
                counts[i] = (byte) count;
            } else {
                large[i] = count;
            }
        }
        if (!in.atEnd()) {
            throw in.malformed("latency is cut off");
        }
        in.exit(outer);
        return large == null ? SparseHistogram.of(indices, counts) : SparseHistogram.of(indices, large);
    }

    private static long[] widened(byte[] counts) {
        long[] wide = new long[counts.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = counts[i];
        }
        return wide;
    }

    private HotKeyDelta hotKey() throws WireException {
        String store = "";
        String endpoint = "";
        byte[] key = NO_BYTES;
        boolean hashed = false;
        long count = 0;
        long error = 0;
        long reads = 0;
        long writes = 0;
        long bytes = 0;
        int outer = in.enter("hot key");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    store = word("store");
                    break;
                case 2:
                    endpoint = word("endpoint");
                    break;
                case 3:
                    key = in.byteArray("key");
                    break;
                case 4:
                    hashed = in.bool("hashed");
                    break;
                case 5:
                    count = in.unsigned("hot key count");
                    break;
                case 6:
                    error = in.unsigned("hot key error");
                    break;
                case 7:
                    reads = in.unsigned("hot key reads");
                    break;
                case 8:
                    writes = in.unsigned("hot key writes");
                    break;
                case 9:
                    bytes = in.unsigned("hot key bytes");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        return new HotKeyDelta(store, endpoint, key, hashed, count, error, reads, writes, bytes);
    }

    private SlowOp slowOp() throws WireException {
        long atMillis = 0;
        SeriesKey series = null;
        byte @Nullable [] key = null;
        boolean hashed = false;
        long latencyNanos = 0;
        int outcome = 0;
        List<String> stack = Collections.emptyList();
        int outer = in.enter("slow op");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    atMillis = in.signed("slow op time");
                    break;
                case 2:
                    series = seriesKey();
                    break;
                case 3:
                    key = in.byteArray("key");
                    break;
                case 4:
                    hashed = in.bool("hashed");
                    break;
                case 5:
                    latencyNanos = in.unsigned("slow op latency");
                    break;
                case 6:
                    outcome = in.unsigned("outcome", Integer.MAX_VALUE);
                    break;
                case 7:
                    stack = stack();
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        return new SlowOp(
                atMillis,
                required(in, series, "slow op", "series"),
                key,
                hashed,
                latencyNanos,
                Outcome.ofCode(outcome),
                stack);
    }

    private List<String> stack() throws WireException {
        int outer = in.enter("stack");
        int depth = in.varintsLeft();
        checkRoom(in, depth - 1, Fields.MAX_ENTRIES, "stack");
        List<String> stack = new ArrayList<>(depth);
        while (!in.atEnd()) {
            stack.add(wordAt(in.varint("stack")));
        }
        in.exit(outer);
        return stack;
    }

    private void gauge(Map<String, Double> gauges) throws WireException {
        String name = "";
        double value = 0;
        int outer = in.enter("gauge");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    name = in.string("gauge name");
                    break;
                case 2:
                    value = Double.longBitsToDouble(in.fixed64("gauge value"));
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        gauges.put(name, value);
    }

    private void dropped(Map<String, Long> dropped) throws WireException {
        String reason = "";
        long count = 0;
        int outer = in.enter("dropped");
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1:
                    reason = in.string("dropped reason");
                    break;
                case 2:
                    count = in.unsigned("dropped count");
                    break;
                default:
                    in.skip();
            }
        }
        in.exit(outer);
        dropped.put(reason, count);
    }

    /** The word that an index stands for. */
    private String word(String what) throws WireException {
        return wordAt(in.unsigned(what));
    }

    private String wordAt(long index) throws WireException {
        if (index < 0 || index >= strings.size()) {
            throw in.malformed("string index " + index + " of a table of " + (strings.size() - 1));
        }
        return strings.get((int) index);
    }
}
