package io.kvops.stores.format;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;

/** Unpacks a file within bounds. */
final class PackedInput {
    private static final int BUFFER_BYTES = 64 << 10;
    /** What one frame may ask for: 128 MiB, as the zstd command has it. */
    private static final int ZSTD_WINDOW_LOG_MAX = 27;

    private PackedInput() {}

    /** The content of a packed stream, up to what the limits allow; damage is an IOException. */
    static InputStream unpack(InputStream in, Compression compression, ReadLimits limits) throws IOException {
        if (compression == Compression.NONE) {
            return in;
        }
        Counted packed = new Counted(in);
        try {
            InputStream content = switch (compression) {
                case NONE, GZIP -> new GZIPInputStream(packed, BUFFER_BYTES);
                case ZSTD -> new ZstdInputStream(packed).setLongMax(ZSTD_WINDOW_LOG_MAX);
                case LZ4 -> new LZ4FrameInputStream(packed);
                case SNAPPY -> new SnappyFrames(packed);
            };
            return new Unpacked(content, packed, compression, limits);
        } catch (IOException | RuntimeException e) {
            throw new DamagedException("its " + compression.label() + " data is damaged: " + e.getMessage(), e);
        }
    }

    /** Counts what a decompressor has taken. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long taken;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            taken += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int n = in.read(into, from, length);
            taken += Math.max(n, 0);
            return n;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** What comes out, compared with what went in. */
    private static final class Unpacked extends InputStream {
        private final InputStream content;
        private final Counted packed;
        private final Compression compression;
        private final ReadLimits limits;
        private long given;

        Unpacked(InputStream content, Counted packed, Compression compression, ReadLimits limits) {
            this.content = content;
            this.packed = packed;
            this.compression = compression;
            this.limits = limits;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int n;
            try {
                n = content.read(into, from, length);
            } catch (IOException | RuntimeException e) {
                throw DamagedException.last(
                        "its " + compression.label() + " data is damaged or cut after " + given + " bytes of content: "
                                + e.getMessage(),
                        e);
            }
            given += Math.max(n, 0);
            limits.check(packed.taken, given);
            return n;
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
