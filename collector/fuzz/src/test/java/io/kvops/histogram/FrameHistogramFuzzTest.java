package io.kvops.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Bucket lists of frames: what a list may hold comes back from the wire as it was, and a frame with a list whose bytes were
 * changed is refused, or adds up like any other.
 */
class FrameHistogramFuzzTest {
    private static final int BUCKETS_MAX = 200;
    private static final Source SOURCE = new Source(new UUID(1, 2), "s", "i", "h", 1, "v");
    private static final SeriesKey KEY = new SeriesKey("redis", "h:1", "GET", OpClass.READ, "p", false);

    @FuzzTest(maxDuration = "60s")
    void decode(FuzzedDataProvider data) throws WireException {
        int changes = data.consumeInt(0, 4);
        SparseHistogram made = histogram(data);
        byte[] bytes = WireCodec.encode(frame(made));
        checkSame(made, only(bytes));
        for (int i = 0; i < changes && data.remainingBytes() > 1; i++) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        SparseHistogram read;
        try {
            read = only(bytes);
        } catch (WireException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return;
        }
        LatencyHistogram sum = new LatencyHistogram();
        sum.add(read);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.index(i)).isBetween(i == 0 ? 0 : read.index(i - 1) + 1, LatencyBuckets.COUNT - 1);
            assertThat(read.count(i)).isPositive();
        }
        checkSame(read, sum.toSparse());
    }

    private static SparseHistogram histogram(FuzzedDataProvider data) {
        int size = data.consumeInt(0, BUCKETS_MAX);
        int[] indices = new int[size];
        long[] counts = new long[size];
        int next = 0;
        int filled = 0;
        while (filled < size && next < LatencyBuckets.COUNT) {
            next += data.consumeInt(0, 40);
            if (next < LatencyBuckets.COUNT) {
                indices[filled] = next++;
                counts[filled++] = data.consumeLong(1, Long.MAX_VALUE / BUCKETS_MAX);
            }
        }
        return SparseHistogram.of(java.util.Arrays.copyOf(indices, filled), java.util.Arrays.copyOf(counts, filled));
    }

    private static Frame frame(SparseHistogram latency) {
        SeriesDelta delta = new SeriesDelta(KEY, latency.total(), 0, Map.of(), 0, 0, 0, 0, 0, 0, 1, latency, 0);
        return new Frame(SOURCE, 1, 1, 2, List.of(delta), List.of(), List.of(), Map.of(), Map.of());
    }

    private static SparseHistogram only(byte[] bytes) throws WireException {
        if (WireCodec.decode(bytes) instanceof Frame frame && frame.series().size() == 1) {
            return frame.series().get(0).latency();
        }
        return SparseHistogram.EMPTY;
    }

    private static void checkSame(SparseHistogram one, SparseHistogram other) {
        assertThat(other.size()).isEqualTo(one.size());
        for (int i = 0; i < one.size(); i++) {
            assertThat(other.index(i)).isEqualTo(one.index(i));
            assertThat(other.count(i)).isEqualTo(one.count(i));
        }
    }
}
