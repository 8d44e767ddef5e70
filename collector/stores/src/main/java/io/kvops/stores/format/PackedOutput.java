package io.kvops.stores.format;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.SnappyFramedOutputStream;

/**
 * Packs what is written, in one frame or, where a writer wants to be able to go on behind it, several: each of these
 * compressions may have its frames follow one another.
 */
final class PackedOutput extends OutputStream {
    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private final PackOptions packing;
    private @Nullable OutputStream frame;
    private boolean begun;

    /** @param begun whether the stream has frames already */
    PackedOutput(OutputStream out, PackOptions packing, boolean begun) {
        this.out = out;
        this.packing = packing;
        this.begun = begun;
    }

    private OutputStream frame() throws IOException {
        OutputStream current = frame;
        if (current == null) {
            current = open();
            frame = current;
            begun = true;
        }
        return current;
    }

    private OutputStream open() throws IOException {
        OutputStream to = new Unclosed(out);
        int level = packing.level();
        return switch (packing.compression()) {
            case NONE -> to;
            case GZIP -> new LevelledGzip(to, level == 0 ? Deflater.DEFAULT_COMPRESSION : level);
            case ZSTD -> new ZstdOutputStream(to, level == 0 ? KvbCodec.ZSTD_LEVEL : level).setChecksum(true);
            case LZ4 ->
                new LZ4FrameOutputStream(
                        to,
                        LZ4FrameOutputStream.BLOCKSIZE.SIZE_256KB,
                        LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                        LZ4FrameOutputStream.FLG.Bits.BLOCK_CHECKSUM,
                        LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM);
            case SNAPPY -> new SnappyFramedOutputStream(to);
        };
    }

    @Override
    public void write(int b) throws IOException {
        frame().write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        frame().write(bytes, from, length);
    }

    /** Ends the frame, so that all that was written can be unpacked. */
    void endFrame() throws IOException {
        OutputStream current = frame;
        if (current != null) {
            frame = null;
            current.close();
        }
    }

    /** Does not end the frame: packers keep what they have until they are closed. */
    @Override
    public void flush() {
        // what is not in a whole frame is of no use to anybody
    }

    @Override
    public void close() throws IOException {
        if (!begun) {
            frame();
        }
        endFrame();
    }

    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream out, int level) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(level);
        }
    }

    /** The stream below stays open when a packer is closed. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
