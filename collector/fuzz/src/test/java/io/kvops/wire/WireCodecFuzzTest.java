package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever the bytes are: a message or a WireException; and what was decoded is encoded and decoded to the same. */
class WireCodecFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void decode(byte[] bytes) throws WireException {
        Message message;
        try {
            message = WireCodec.decode(bytes);
        } catch (WireException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return;
        }
        if (message instanceof Unknown) {
            return;
        }
        byte[] encoded = WireCodec.encode(message);
        assertThat(WireCodec.encode(WireCodec.decode(encoded))).isEqualTo(encoded);
    }
}
