package io.kvops.benchmarks.fleet;

import io.kvops.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Frames as the fleet sends them, for other benchmarks. */
public final class SampleFrames {
    private static final long MILLIS = 1_767_225_600_000L;

    private SampleFrames() {}

    /**
     * Encoded messages, without a length in front.
     *
     * @param series series of each, at least 1
     * @param seed the same seed gives the same frames
     */
    public static byte[][] encoded(int series, long seed) {
        List<FrameTemplate> templates = FramePool.of(series, 0, seed).templates();
        byte[][] frames = new byte[templates.size()][];
        byte[] source = AgentName.of(1, seed).encodedSource();
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < frames.length; i++) {
            out.clear();
            templates.get(i).write(out, source, i + 1L, MILLIS, MILLIS + 1_000);
            frames[i] = new byte[out.readableBytes() - WireCodec.LENGTH_BYTES];
            out.getBytes(WireCodec.LENGTH_BYTES, frames[i]);
        }
        return frames;
    }
}
