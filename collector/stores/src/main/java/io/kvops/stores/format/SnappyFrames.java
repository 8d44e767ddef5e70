package io.kvops.stores.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.xerial.snappy.Snappy;

/**
 * Unpacks snappy's framing format (framing_format.txt of google/snappy, 2013-10-25). The library's own stream takes memory
 * as the lengths in a file ask for it, so a flipped bit could ask for all there is; here a chunk is what the format allows.
 */
final class SnappyFrames extends InputStream {
    private static final int CHUNK_MAX_BYTES = 64 << 10;
    /** With the checksum, and as much longer as what can't be packed becomes. */
    private static final int STORED_MAX_BYTES = 4 + 32 + CHUNK_MAX_BYTES + CHUNK_MAX_BYTES / 6;

    private static final int COMPRESSED = 0x00;
    private static final int UNCOMPRESSED = 0x01;
    private static final int FIRST_SKIPPABLE = 0x80;
    private static final int IDENTIFIER = 0xff;
    private static final byte[] NAME = {'s', 'N', 'a', 'P', 'p', 'Y'};

    private final InputStream in;
    private final byte[] stored = new byte[STORED_MAX_BYTES];
    private final byte[] content = new byte[CHUNK_MAX_BYTES];
    private int position;
    private int limit;

    SnappyFrames(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        while (position == limit) {
            if (!chunk()) {
                return -1;
            }
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(content, position, into, from, n);
        position += n;
        return n;
    }

    /** Reads the next chunk, maybe one without content; false at the end. */
    private boolean chunk() throws IOException {
        int type = in.read();
        if (type < 0) {
            return false;
        }
        fill(3);
        int length = (stored[0] & 0xff) | (stored[1] & 0xff) << 8 | (stored[2] & 0xff) << 16;
        if (type == COMPRESSED || type == UNCOMPRESSED) {
            data(type, length);
        } else if (type == IDENTIFIER) {
            if (length != NAME.length) {
                throw new IOException("a stream identifier of " + length + " bytes");
            }
            fill(length);
            if (!java.util.Arrays.equals(stored, 0, length, NAME, 0, length)) {
                throw new IOException("another stream identifier");
            }
        } else if (type >= FIRST_SKIPPABLE) {
            in.skipNBytes(length);
        } else {
            throw new IOException("a chunk of the reserved type " + type);
        }
        return true;
    }

    private void data(int type, int length) throws IOException {
        if (length < 4 || length > STORED_MAX_BYTES) {
            throw new IOException("a chunk of " + length + " bytes");
        }
        fill(length);
        int wanted = LittleEndian.getInt(stored, 0);
        int size = length - 4;
        if (type == COMPRESSED) {
            size = Snappy.isValidCompressedBuffer(stored, 4, length - 4)
                    ? Snappy.uncompressedLength(stored, 4, length - 4)
                    : -1;
        }
        if (size < 0 || size > CHUNK_MAX_BYTES) {
            throw new IOException("a chunk that makes no sense");
        }
        if (type == COMPRESSED) {
            Snappy.rawUncompress(stored, 4, length - 4, content, 0);
        } else {
            System.arraycopy(stored, 4, content, 0, size);
        }
        int crc = KvbLayout.crc(content, 0, size);
        if (wanted != (crc >>> 15 | crc << 17) + 0xa282ead8) {
            throw new IOException("a chunk's checksum does not fit");
        }
        position = 0;
        limit = size;
    }

    private void fill(int length) throws IOException {
        if (in.readNBytes(stored, 0, length) < length) {
            throw new EOFException("cut in the middle of a chunk");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
