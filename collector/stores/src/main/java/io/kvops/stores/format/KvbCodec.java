package io.kvops.stores.format;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/** Packs and unpacks single blocks. Its native parts are made when they are first needed. Not safe for several threads. */
final class KvbCodec implements Closeable {
    static final int ZSTD_LEVEL = 1;

    private final int level;
    private byte[] packed = new byte[0];
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;
    private @Nullable ZstdCompressCtx zstd;
    private @Nullable ZstdDecompressCtx unzstd;

    /** @param level 0 for the default of each compression */
    KvbCodec(int level) {
        this.level = level;
    }

    /** What {@link #pack} made. */
    byte[] packed() {
        return packed;
    }

    /**
     * Packs a block.
     *
     * @return the length of what stands in {@link #packed()} now, or -1 if it would not be shorter than the content
     */
    int pack(Compression compression, byte[] content, int from, int length) throws IOException {
        int length2 = switch (compression) {
            case NONE -> -1;
            case GZIP -> deflate(content, from, length);
            case ZSTD -> zstd(content, from, length);
            case LZ4 -> lz4(content, from, length);
            case SNAPPY -> {
                packed = atLeast(packed, Snappy.maxCompressedLength(length));
                yield Snappy.rawCompress(content, from, length, packed, 0);
            }
        };
        return length2 >= length ? -1 : length2;
    }

    private int deflate(byte[] content, int from, int length) {
        Deflater with = deflater;
        if (with == null) {
            with = new Deflater(level == 0 ? Deflater.DEFAULT_COMPRESSION : level);
            deflater = with;
        }
        with.reset();
        packed = atLeast(packed, length);
        with.setInput(content, from, length);
        with.finish();
        int n = with.deflate(packed, 0, length);
        return with.finished() ? n : -1;
    }

    private int zstd(byte[] content, int from, int length) {
        ZstdCompressCtx with = zstd;
        if (with == null) {
            with = new ZstdCompressCtx().setLevel(level == 0 ? ZSTD_LEVEL : level);
            zstd = with;
        }
        packed = atLeast(packed, (int) com.github.luben.zstd.Zstd.compressBound(length));
        return with.compressByteArray(packed, 0, packed.length, content, from, length);
    }

    private int lz4(byte[] content, int from, int length) {
        LZ4Compressor with = level == 0
                ? LZ4Factory.fastestInstance().fastCompressor()
                : LZ4Factory.fastestInstance().highCompressor(level);
        packed = atLeast(packed, with.maxCompressedLength(length));
        return with.compress(content, from, length, packed, 0);
    }

    /** @throws DamagedException if that is not what becomes of the stored bytes */
    void unpack(Compression compression, byte[] stored, int from, int length, byte[] into, int contentLength)
            throws DamagedException {
        int n;
        try {
            n = switch (compression) {
                case NONE -> throw new IllegalStateException("not packed");
                case GZIP -> inflate(stored, from, length, into, contentLength);
                case ZSTD -> unzstd(stored, from, length, into, contentLength);
                case LZ4 -> unlz4(stored, from, length, into, contentLength);
                case SNAPPY -> unsnappy(stored, from, length, into, contentLength);
            };
        } catch (IOException | DataFormatException | RuntimeException e) {
            throw new DamagedException("a block can't be unpacked: " + e.getMessage(), e);
        }
        if (n != contentLength) {
            throw new DamagedException("a block became " + n + " bytes, not " + contentLength);
        }
    }

    private int inflate(byte[] stored, int from, int length, byte[] into, int contentLength)
            throws DataFormatException {
        Inflater with = inflater;
        if (with == null) {
            with = new Inflater();
            inflater = with;
        }
        with.reset();
        with.setInput(stored, from, length);
        int n = with.inflate(into, 0, contentLength);
        return with.finished() || (with.inflate(new byte[1]) == 0 && with.finished()) ? n : -1;
    }

    private int unzstd(byte[] stored, int from, int length, byte[] into, int contentLength) {
        ZstdDecompressCtx with = unzstd;
        if (with == null) {
            with = new ZstdDecompressCtx();
            unzstd = with;
        }
        return with.decompressByteArray(into, 0, contentLength, stored, from, length);
    }

    private static int unlz4(byte[] stored, int from, int length, byte[] into, int contentLength) {
        LZ4SafeDecompressor with = LZ4Factory.fastestInstance().safeDecompressor();
        return with.decompress(stored, from, length, into, 0, contentLength);
    }

    private static int unsnappy(byte[] stored, int from, int length, byte[] into, int contentLength)
            throws IOException {
        // it does not look at the target's length by itself
        if (!Snappy.isValidCompressedBuffer(stored, from, length)
                || Snappy.uncompressedLength(stored, from, length) != contentLength) {
            return -1;
        }
        return Snappy.rawUncompress(stored, from, length, into, 0);
    }

    static byte[] atLeast(byte[] array, int length) {
        return array.length >= length ? array : new byte[length];
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
        }
        if (inflater != null) {
            inflater.end();
        }
        if (zstd != null) {
            zstd.close();
        }
        if (unzstd != null) {
            unzstd.close();
        }
    }
}
