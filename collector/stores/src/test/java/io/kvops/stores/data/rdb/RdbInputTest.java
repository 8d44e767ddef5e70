package io.kvops.stores.data.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.data.Slice;
import java.io.ByteArrayInputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RdbInputTest {
    @Test
    void markOfALongValue_isGivenUpBeforeAllOfItIsKept_andGoneBackTo() {
        byte[] bytes = new byte[8 << 20];
        new Random(5).nextBytes(bytes);
        RdbInput in = new RdbInput(new ByteArrayInputStream(bytes), 0, bytes.length);
        in.skip(1_000);
        in.mark(1 << 20);
        assertThatThrownBy(() -> in.skip(7 << 20)).isInstanceOf(RdbInput.TooFar.class);
        assertThat(in.position()).isLessThan(3 << 20);
        in.rewind();
        assertThat(in.position()).isEqualTo(1_000);
        assertThat(in.raw(2 << 20, new Slice())).isEqualTo(Slice.of(bytes, 1_000, 2 << 20));
        in.mark(1 << 20);
        in.skip(1 << 19);
        assertThat(in.marked(new Slice())).isEqualTo(Slice.of(bytes, 1_000 + (2 << 20), 1 << 19));
    }
}
