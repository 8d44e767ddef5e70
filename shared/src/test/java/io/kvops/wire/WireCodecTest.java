package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.op.OpClass;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireCodecTest {
    @Test
    void encode_goldenMessages_givesTheBytesOfProtocolVersion1() throws Exception {
        for (Map.Entry<String, Message> e : Samples.golden().entrySet()) {
            assertThat(hex(WireCodec.encode(e.getValue()))).as(e.getKey()).isEqualTo(hex(goldenBytes(e.getKey())));
        }
    }

    @Test
    void decode_goldenBytes_givesTheMessages() throws Exception {
        for (Map.Entry<String, Message> e : Samples.golden().entrySet()) {
            Message decoded = WireCodec.decode(goldenBytes(e.getKey()));
            assertThat(decoded).as(e.getKey()).usingRecursiveComparison().isEqualTo(e.getValue());
        }
    }

    @Test
    void decode_ofEncode_isTheMessage() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("WireCodecTest seed " + seed);
        Samples samples = new Samples(seed);
        for (int i = 0; i < 2_000; i++) {
            Message message = samples.message();
            byte[] bytes = WireCodec.encode(message);
            byte[] again = WireCodec.encode(WireCodec.decode(inside(bytes), 3, bytes.length));
            assertThat(Arrays.equals(again, bytes))
                    .as("seed %d, message %d", seed, i)
                    .isTrue();
        }
    }

    @Test
    void encode_thousandsOfSeries_staysSmall() {
        List<SeriesDelta> series = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            SeriesKey key =
                    new SeriesKey("redis", "cache-primary.example.com:6379/0", "GET", OpClass.READ, "p" + i, false);
            series.add(new SeriesDelta(
                    key,
                    10,
                    1,
                    Map.of(),
                    0,
                    0,
                    100,
                    1000,
                    0,
                    1_000_000,
                    200_000,
                    io.kvops.histogram.SparseHistogram.EMPTY,
                    5));
        }
        Frame frame = new Frame(Samples.SOURCE, 1, 0, 0, series, List.of(), List.of(), Map.of(), Map.of());
        assertThat(WireCodec.encode(frame).length).isLessThan(5_000 * 45);
    }

    @Test
    void encode_negativeCount_isRefused() {
        assertThatThrownBy(() -> WireCodec.encode(new Ack(Samples.SOURCE.agentId(), -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ack sequence: -1 (expected >= 0)");
    }

    @Test
    void read_ofWrite_isTheMessagesThenTheEnd() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WireCodec.writeMagic(out);
        WireCodec.write(out, new byte[] {1, 2, 3});
        WireCodec.write(out, new byte[0]);
        assertThat(out.toByteArray()).startsWith("KVO1".getBytes(StandardCharsets.US_ASCII));
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        in.skipNBytes(4);
        assertThat(WireCodec.read(in, 10)).containsExactly(1, 2, 3);
        assertThat(WireCodec.read(in, 10)).isEmpty();
        assertThat(WireCodec.read(in, 10)).isNull();
    }

    @Test
    void read_lengthOverTheLimit_isRefusedBeforeAnythingIsAllocated() {
        assertThatThrownBy(() -> WireCodec.read(new ByteArrayInputStream(new byte[] {0x7F, -1, -1, -1}), 1000))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.kind()).isEqualTo(WireException.Kind.TOO_LARGE))
                .hasMessage("message too large: 2147483647 bytes (limit 1000)");
        assertThatThrownBy(() -> WireCodec.read(new ByteArrayInputStream(new byte[] {-1, 0, 0, 0}), 1000))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.kind()).isEqualTo(WireException.Kind.MALFORMED));
        assertThatThrownBy(() -> WireCodec.read(new ByteArrayInputStream(new byte[] {0, 0, 0, 9, 1}), 1000))
                .isInstanceOf(EOFException.class);
    }

    private static byte[] inside(byte[] bytes) {
        byte[] padded = new byte[bytes.length + 8];
        Arrays.fill(padded, (byte) 0xAA);
        System.arraycopy(bytes, 0, padded, 3, bytes.length);
        return padded;
    }

    private static byte[] goldenBytes(String name) throws IOException {
        try (var in = WireCodecTest.class.getResourceAsStream("v1/" + name + ".hex")) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
