package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameIdTest {
    @Test
    void read_anyMessage_agreesWithTheDecoder() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("FrameIdTest seed " + seed);
        Samples samples = new Samples(seed);
        for (int i = 0; i < 1_000; i++) {
            Message message = samples.message();
            FrameId id = FrameId.read(WireCodec.encode(message));
            if (message instanceof Frame) {
                Frame frame = (Frame) message;
                assertThat(id).isNotNull();
                assertThat(id.agentId()).isEqualTo(frame.source().agentId());
                assertThat(id.sequence()).isEqualTo(frame.sequence());
            } else {
                assertThat(id).isNull();
            }
        }
    }

    @Test
    void read_malformed_isRefused() {
        assertThatThrownBy(() -> FrameId.read(new byte[] {0x12, 0})).hasMessageContaining("frame without source");
        assertThatThrownBy(() -> FrameId.read(new byte[] {0x12, 5})).hasMessageContaining("cut off");
        assertThatThrownBy(() -> FrameId.read(new byte[] {3})).isInstanceOf(WireException.class);
    }
}
