package io.kvops.benchmarks.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FrameTemplateTest {
    private static final long NOW = 1_790_000_000_000L;

    private final AgentName name = AgentName.of(4_321, 7);

    private Frame written(FrameTemplate template, long sequence) throws Exception {
        ByteBuf out = Unpooled.buffer();
        template.write(out, name.encodedSource(), sequence, NOW, NOW + 1_000);
        int length = out.readInt();
        assertThat(length).isEqualTo(out.readableBytes());
        assertThat(length).isEqualTo(template.messageBytes(name.encodedSource(), sequence, NOW, NOW + 1_000));
        byte[] bytes = new byte[length];
        out.readBytes(bytes);
        Frame frame = (Frame) WireCodec.decode(bytes);
        assertThat(bytes).as("what an agent would send").isEqualTo(WireCodec.encode(frame));
        return frame;
    }

    @Test
    void write_isTheFrameWithItsHolesFilled() throws Exception {
        for (FrameTemplate template : FramePool.of(20, 5, 1).templates()) {
            for (long sequence : new long[] {1, 127, 128, 5_000_000_000L}) {
                Frame frame = written(template, sequence);
                assertThat(frame.source()).usingRecursiveComparison().isEqualTo(name.source());
                assertThat(frame.sequence()).isEqualTo(sequence);
                assertThat(frame.startMillis()).isEqualTo(NOW);
                assertThat(frame.endMillis()).isEqualTo(NOW + 1_000);
                assertThat(frame.series()).hasSize(20).hasSize(template.series());
                assertThat(frame.series().stream().mapToLong(SeriesDelta::count).sum())
                        .isEqualTo(template.operations());
                assertThat(frame.hotKeys()).hasSize(5);
            }
        }
    }

    @Test
    void histograms_haveTwentyToFortyBuckets() throws Exception {
        double buckets = 0;
        int series = 0;
        for (FrameTemplate template : FramePool.of(20, 0, 1).templates()) {
            for (SeriesDelta delta : written(template, 1).series()) {
                assertThat(delta.latency().total()).isEqualTo(delta.count());
                buckets += delta.latency().size();
                series++;
            }
        }
        assertThat(buckets / series).isBetween(20.0, 40.0);
    }

    @Test
    void series_areDistinctWithinAFrame() throws Exception {
        Frame frame = written(FramePool.of(100, 0, 1).templates().get(3), 9);
        assertThat(frame.series().stream().map(SeriesDelta::key)).doesNotHaveDuplicates();
    }
}
