package io.kvops.stores.format;

import static io.kvops.stores.format.LittleEndian.getInt;
import static io.kvops.stores.format.LittleEndian.getLong;

import java.io.Closeable;
import java.io.IOException;

/** Reads one block after the other, with its checksums. */
final class KvbBlock implements Closeable {
    private final Input raw;
    private final KvbCodec codec = new KvbCodec(0);
    private byte[] content = new byte[0];
    private int contentLength;
    private byte kind;
    private boolean startsRecord;
    private long number;
    private long recordsBefore;
    private int headerCrc;
    private long fileId;
    private boolean fileIdKnown;

    KvbBlock(Input raw) {
        this.raw = raw;
    }

    /** Refuses blocks of other files from now on. */
    void expect(long id) {
        fileId = id;
        fileIdKnown = true;
    }

    /** Reads the block that begins here. If its header is damaged, nothing is consumed. */
    void read() throws IOException {
        if (!raw.has(KvbLayout.BLOCK_HEADER_BYTES)) {
            throw new DamagedException("the file was cut: it ends without its index");
        }
        if (!isHeader()) {
            throw new DamagedException("no sound block where one was expected");
        }
        byte[] window = raw.window;
        int at = raw.position;
        kind = window[at + 4];
        int compression = window[at + 5];
        startsRecord = window[at + 6] == KvbLayout.FLAG_STARTS_RECORD;
        number = getLong(window, at + 16);
        recordsBefore = getLong(window, at + 24);
        contentLength = getInt(window, at + 32);
        int stored = getInt(window, at + 36);
        int crc = getInt(window, at + 40);
        headerCrc = getInt(window, at + 44);
        if (contentLength < 0 || contentLength > KvbLayout.BLOCK_MAX_BYTES || stored < 0 || stored > contentLength) {
            throw new DamagedException("a block of " + contentLength + " bytes, stored in " + stored);
        }
        raw.position += KvbLayout.BLOCK_HEADER_BYTES;
        if (!raw.has(stored)) {
            throw new DamagedException("the file was cut in the middle of a block");
        }
        int from = raw.position;
        raw.position += stored;
        if (KvbLayout.crc(raw.window, from, stored) != crc) {
            throw new DamagedException("a block's checksum does not fit: some of its bytes were changed");
        }
        unpack(KvbLayout.compression(compression), from, stored);
    }

    private void unpack(Compression compression, int from, int stored) throws DamagedException {
        content = KvbCodec.atLeast(content, contentLength);
        if (compression != Compression.NONE) {
            codec.unpack(compression, raw.window, from, stored, content, contentLength);
        } else if (stored == contentLength) {
            System.arraycopy(raw.window, from, content, 0, stored);
        } else {
            throw new DamagedException("a block of " + contentLength + " bytes, stored in " + stored);
        }
    }

    /** Whether a sound block header of this file stands at the position. */
    private boolean isHeader() {
        byte[] window = raw.window;
        int at = raw.position;
        return getInt(window, at) == KvbLayout.BLOCK_MAGIC
                && (!fileIdKnown || getLong(window, at + 8) == fileId)
                && getInt(window, at + 44) == KvbLayout.crc(window, at, 44);
    }

    /** Moves to the next sound block header. @return false if there is none */
    boolean find() throws IOException {
        while (raw.has(KvbLayout.BLOCK_HEADER_BYTES)) {
            if (isHeader()) {
                return true;
            }
            raw.position++;
        }
        return false;
    }

    byte kind() {
        return kind;
    }

    boolean startsRecord() {
        return startsRecord;
    }

    long number() {
        return number;
    }

    long recordsBefore() {
        return recordsBefore;
    }

    int headerCrc() {
        return headerCrc;
    }

    byte[] content() {
        return content;
    }

    int contentLength() {
        return contentLength;
    }

    @Override
    public void close() throws IOException {
        codec.close();
    }
}
