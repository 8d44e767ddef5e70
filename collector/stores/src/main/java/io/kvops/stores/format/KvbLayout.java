package io.kvops.stores.format;

import io.kvops.stores.data.RecordType;
import java.util.zip.CRC32C;

/** Numbers of the {@code .kvb} format, as KVB.md has them. */
final class KvbLayout {
    static final byte[] MAGIC = {(byte) 0x89, 'K', 'V', 'B', '\r', '\n', 0x1a, '\n'};
    static final int VERSION = 1;
    static final int HEAD_BYTES = 32;

    static final int BLOCK_MAGIC = 0x4b4c424b;
    static final int BLOCK_HEADER_BYTES = 48;
    static final int BLOCK_MAX_BYTES = 16 << 20;
    static final byte KIND_RECORDS = 1;
    static final byte KIND_INDEX = 2;
    static final byte FLAG_STARTS_RECORD = 1;

    static final int TRAILER_MAGIC = 0x444e454b;
    static final int TRAILER_BYTES = 48;

    static final int TAG_HEADER = 1;
    static final int TAG_END = 2;
    static final int TAG_VOID = 3;
    /** An element's tag is this and the number of its kind. */
    static final int TAG_ELEMENT = 16;

    private static final Compression[] COMPRESSIONS = {
        Compression.NONE, Compression.GZIP, Compression.ZSTD, Compression.LZ4, Compression.SNAPPY
    };

    private KvbLayout() {}

    static RecordType type(long code) throws DamagedException {
        if (code < 0 || code >= RecordType.values().length) {
            throw new DamagedException("a value of the unknown type " + code);
        }
        return RecordType.of((int) code);
    }

    static byte code(Compression compression) {
        return switch (compression) {
            case NONE -> 0;
            case GZIP -> 1;
            case ZSTD -> 2;
            case LZ4 -> 3;
            case SNAPPY -> 4;
        };
    }

    static Compression compression(int code) throws DamagedException {
        if (code < 0 || code >= COMPRESSIONS.length) {
            throw new DamagedException("a block of the unknown compression " + code);
        }
        return COMPRESSIONS[code];
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
