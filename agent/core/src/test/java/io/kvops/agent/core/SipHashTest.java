package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
    @Test
    void hash_referenceVector() {
        byte[] data = new byte[15];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
        }
        // appendix A of the paper
        assertThat(new SipHash(0x0706050403020100L, 0x0F0E0D0C0B0A0908L).hash(data))
                .isEqualTo(0xA129CA6149BE45E5L);
    }
}
