package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the bytes are: a message or a WireException, in memory that is in proportion. */
class HostileBytesTest {
    private static final int MUTATIONS = Boolean.getBoolean("kvops.proof") ? 2_000_000 : 60_000;

    @Test
    void decode_mutatedBytes_givesAMessageOrAWireException() {
        long seed = new Random().nextLong();
        System.out.println("HostileBytesTest seed " + seed);
        Random random = new Random(seed);
        Samples samples = new Samples(seed);
        byte[] message = {};
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            if (i % 50 == 0) {
                message = WireCodec.encode(samples.message());
            }
            byte[] mutated = mutate(message, random);
            try {
                Message decoded = WireCodec.decode(mutated);
                if (!(decoded instanceof Unknown)) {
                    WireCodec.encode(decoded); // what was taken can be passed on
                }
            } catch (WireException e) {
                refused++;
                assertThat(e.kind()).isEqualTo(WireException.Kind.MALFORMED);
                assertThat(e).hasMessageStartingWith("malformed message at byte ");
            } catch (Throwable t) {
                throw new AssertionError(
                        "seed " + seed + ", mutation " + i + ": "
                                + HexFormat.of().formatHex(mutated),
                        t);
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 10);
    }

    private static byte[] mutate(byte[] message, Random random) {
        byte[] bytes =
                random.nextInt(4) == 0 ? Arrays.copyOf(message, random.nextInt(message.length + 1)) : message.clone();
        for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0:
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                    break;
                case 1:
                    bytes[at] = (byte) random.nextInt();
                    break;
                case 2:
                    bytes[at] = (byte) 0xFF;
                    break;
                case 3:
                    int length = random.nextInt(Math.min(20, bytes.length - at) + 1);
                    System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
                    break;
                default:
                    byte[] shorter = new byte[bytes.length - 1];
                    System.arraycopy(bytes, 0, shorter, 0, at);
                    System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
                    bytes = shorter;
            }
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "0A, message is cut off",
        "0A05, message is cut off: 5 bytes of which 0 are there",
        "0AFFFFFFFFFFFFFFFFFF01, message has length -1",
        "0AFFFFFFFFFFFFFFFFFF7F, message is a number of more than 64 bits",
        "08FF, message has wire type 0 (expected 2)",
        "00, tag 0 has no valid field number",
        "03, tag 3 has no valid field number",
        "7B, wire type 3",
        "7C, wire type 4",
        "7F, wire type 7",
        "0A00, hello without source",
        "1200, frame without source",
        "620A18FFFFFFFFFFFFFFFFFF01, sequence is cut off",
        "620B18FFFFFFFFFFFFFFFFFF01, sequence is negative",
        "6A0308FFFF, refusal kind is cut off",
        "6A0608FFFFFFFF0F, refusal kind is 4294967295 (at most 2147483647)",
        "6A04120261FF, refusal message is not UTF-8",
        "12041200320 0, series without key",
        "1208120032040A020805, string index 5 of a table of 0",
        "120A120032060A0062020001, latency step 0 after bucket -1",
        "120A120032060A0062020100, latency count 0 (expected >= 1)",
        "1209120032050A00620101, 'latency has 1 numbers (expected pairs, at most 7168)'",
        "120B120032070A006203814001, latency step 8193 after bucket -1"
    })
    void decode_malformed_saysWhatAndWhere(String hex, String what) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> WireCodec.decode(bytes))
                .isInstanceOf(WireException.class)
                .hasMessageStartingWith("malformed message at byte ")
                .hasMessageContaining(what);
    }

    @Test
    void decode_tooManyEntries_isRefused() {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {0x12, 0});
        for (int i = 0; i <= Fields.MAX_ENTRIES; i++) {
            frame.writeBytes(new byte[] {0x3A, 0});
        }
        ProtoWriter writer = new ProtoWriter();
        writer.element(Fields.FRAME, frame.toByteArray());
        assertThatThrownBy(() -> WireCodec.decode(writer.toBytes()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("more than 65536 entries in hot keys");
    }

    @Test
    void decode_replacementCharacterThatIsMeant_isKept() throws Exception {
        Refusal refusal = new Refusal(Refusal.Kind.TOKEN, "a\uFFFDb");
        assertThat(WireCodec.decode(WireCodec.encode(refusal)))
                .usingRecursiveComparison()
                .isEqualTo(refusal);
    }

    @Test
    void decode_garbage_isAWireException() {
        assertThatThrownBy(() -> WireCodec.decode("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> WireCodec.decode(new byte[4], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
