package io.kvops.stores.format;

import static io.kvops.stores.format.LittleEndian.getInt;
import static io.kvops.stores.format.LittleEndian.getLong;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The content of a file's record blocks, which is checked before it is given. */
final class KvbInput extends InputStream {
    private final Input raw;
    private final ReadLimits limits;
    private final KvbBlock block;
    private final CRC32C chain = new CRC32C();
    /** Where to stop, a block's beginning; Long.MAX_VALUE at the file's end, which is checked then. */
    private final long stopAt;

    private final long start;
    private boolean headRead;
    /** Whether blocks are missing from what was read, so that the file's end can't be compared with it. */
    private boolean lost;
    /** Whether the next block may have any number. */
    private boolean anyNumber;

    private boolean over;
    private int position;
    private int limit;
    private long offset;
    private long blocks;
    private long records = -1;
    private long content;

    /** Reads a whole file. */
    KvbInput(InputStream in, ReadLimits limits) {
        this(in, limits, 0, Long.MAX_VALUE, false);
    }

    /** Reads the blocks of a file from one to another, both of which a record starts. */
    KvbInput(InputStream in, ReadLimits limits, long start, long stopAt) {
        this(in, limits, start, stopAt, true);
    }

    private KvbInput(InputStream in, ReadLimits limits, long start, long stopAt, boolean headRead) {
        this.limits = limits;
        this.raw = new Input(in, KvbLayout.BLOCK_MAX_BYTES + (1 << 10));
        this.block = new KvbBlock(raw);
        this.start = start;
        this.stopAt = stopAt;
        this.headRead = headRead;
        this.lost = headRead;
        this.anyNumber = headRead;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        while (position == limit) {
            if (over) {
                return -1;
            }
            next();
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(block.content(), position, into, from, n);
        position += n;
        return n;
    }

    private void next() throws IOException {
        if (!headRead) {
            readHead();
        }
        offset = start + raw.offset();
        if (offset >= stopAt) {
            over = true;
            if (offset > stopAt) {
                throw new DamagedException("a block that reaches into the next part");
            }
            return;
        }
        block.read();
        if (block.kind() == KvbLayout.KIND_INDEX) {
            readEnd();
            over = true;
            return;
        }
        if (block.kind() != KvbLayout.KIND_RECORDS || (!anyNumber && block.number() != blocks)) {
            throw new DamagedException("block " + block.number() + " where block " + blocks + " was expected");
        }
        anyNumber = false;
        blocks = block.number() + 1;
        content += block.contentLength();
        limits.check(raw.offset(), content);
        byte[] crc = new byte[Integer.BYTES];
        LittleEndian.putInt(crc, 0, block.headerCrc());
        chain.update(crc);
        position = 0;
        limit = block.contentLength();
    }

    private void readHead() throws IOException {
        headRead = true;
        if (!raw.has(KvbLayout.HEAD_BYTES)) {
            throw new DamagedException("too short: the file was cut");
        }
        int at = raw.position;
        byte[] window = raw.window;
        if (!Arrays.equals(window, at, at + 8, KvbLayout.MAGIC, 0, 8)
                || getInt(window, at + 28) != KvbLayout.crc(window, at, 28)) {
            throw new DamagedException("its head is damaged");
        }
        int version = (window[at + 8] & 0xff) | (window[at + 9] & 0xff) << 8;
        if (version != KvbLayout.VERSION) {
            over = true;
            throw new DamagedException("version " + version + " of the format (expected 1); read it with the version of"
                    + " kvops that wrote it, or a newer one");
        }
        block.expect(getLong(window, at + 16));
        raw.position += KvbLayout.HEAD_BYTES;
    }

    private void readEnd() throws IOException {
        KvbIndex.ofBytes(Arrays.copyOf(block.content(), block.contentLength()));
        if (!raw.has(KvbLayout.TRAILER_BYTES)) {
            throw new DamagedException("the file was cut: it ends without its trailer");
        }
        int at = raw.position;
        byte[] window = raw.window;
        if (getInt(window, at) != KvbLayout.TRAILER_MAGIC
                || getInt(window, at + 44) != KvbLayout.crc(window, at, 44)
                || getLong(window, at + 16) != offset) {
            throw new DamagedException("its trailer is damaged");
        }
        if (!lost && (getLong(window, at + 24) != blocks || getInt(window, at + 40) != (int) chain.getValue())) {
            throw new DamagedException("its trailer does not fit: blocks are missing, or changed places");
        }
        records = getLong(window, at + 32);
        raw.position += KvbLayout.TRAILER_BYTES;
        if (raw.has(1)) {
            throw new DamagedException("more behind the file's end");
        }
    }

    /**
     * Goes on behind damage, with the next block that a record starts, or the index.
     *
     * @return false if there is none
     */
    boolean passOver() throws IOException {
        lost = true;
        anyNumber = true;
        position = 0;
        limit = 0;
        if (over) {
            return false;
        }
        while (true) {
            if (start + raw.offset() == offset && raw.has(1)) {
                raw.position++;
            }
            if (!block.find()) {
                over = true;
                return false;
            }
            offset = start + raw.offset();
            try {
                next();
            } catch (DamagedException e) {
                if (over) {
                    return false;
                }
                continue;
            }
            if (over || block.startsRecord()) {
                return true;
            }
            position = limit;
        }
    }

    /** How many records the end of the file says there are; -1 if that has not been read. */
    long records() {
        return records;
    }

    /** How many records ended before the current block. */
    long recordsBefore() {
        return block.recordsBefore();
    }

    /** Where the current block is. */
    String place() {
        return "block " + Math.max(0, blocks - 1) + " at byte " + offset;
    }

    @Override
    public void close() throws IOException {
        block.close();
        raw.close();
    }
}
