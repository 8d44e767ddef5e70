package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DictionaryTest {
    private final Dictionary dictionary = new Dictionary();

    @Test
    void decode_withDictionary_isTheMessage_eachTime() throws Exception {
        for (int round = 0; round < 3; round++) {
            for (Message message : Samples.golden().values()) {
                assertThat(WireCodec.decode(WireCodec.encode(message), dictionary))
                        .usingRecursiveComparison()
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void decode_sameNamesAgain_areTheSameObjects() throws Exception {
        Frame first = decoded(frame(0, 20));
        Frame second = decoded(frame(0, 20));
        for (int i = 0; i < 20; i++) {
            assertThat(second.series().get(i).key())
                    .isSameAs(first.series().get(i).key());
        }
        assertThat(second.source().service()).isSameAs(first.source().service());
    }

    @Test
    void decode_moreNamesThanItHolds_namesAllRight() throws Exception {
        int perFrame = 10_000;
        for (int from = 0; from < 10 * perFrame; from += perFrame) {
            Frame frame = decoded(frame(from, perFrame));
            for (int i = 0; i < perFrame; i++) {
                assertThat(frame.series().get(i).key()).isEqualTo(key(from + i));
            }
        }
    }

    @Test
    void decode_longNames_areRight() throws Exception {
        char[] letters = new char[500];
        Arrays.fill(letters, 'x');
        SeriesKey key = new SeriesKey("redis", "here", "GET", OpClass.READ, new String(letters), false);
        Frame frame = frame(Collections.singletonList(delta(key)));
        assertThat(decoded(frame).series().get(0).key()).isEqualTo(key);
        assertThat(decoded(frame).series().get(0).key()).isEqualTo(key);
    }

    private Frame decoded(Frame frame) throws WireException {
        return (Frame) WireCodec.decode(WireCodec.encode(frame), dictionary);
    }

    private static Frame frame(int from, int count) {
        List<SeriesDelta> series = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            series.add(delta(key(i)));
        }
        return frame(series);
    }

    private static Frame frame(List<SeriesDelta> series) {
        return new Frame(
                Samples.SOURCE,
                1,
                0,
                1,
                series,
                Collections.emptyList(),
                Collections.emptyList(),
                Collections.emptyMap(),
                Collections.emptyMap());
    }

    private static SeriesKey key(int i) {
        return new SeriesKey("redis", "host-" + i % 3, "OP" + i % 7, OpClass.READ, "p" + i, i % 2 == 0);
    }

    private static SeriesDelta delta(SeriesKey key) {
        return new SeriesDelta(key, 1, 0, Collections.emptyMap(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0);
    }
}
