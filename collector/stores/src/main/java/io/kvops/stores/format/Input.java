package io.kvops.stores.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Bytes of a stream through a window that decoders look into. The window grows only as far as bytes really come, so that a
 * length which a damaged file claims costs nothing. Not safe for use by several threads.
 */
final class Input implements Closeable {
    private static final int FIRST_WINDOW_BYTES = 64 << 10;

    /** The window: what was read and not consumed is from {@link #position} to {@link #limit}. */
    byte[] window = new byte[FIRST_WINDOW_BYTES];

    int position;
    int limit;

    private final InputStream in;
    private final int maxBytes;
    private final CRC32C crc = new CRC32C();
    /** Where in the stream the window begins. */
    private long base;
    /** Up to where in the window the checksum has been calculated. */
    private int summed;

    private boolean ended;

    /** @param maxBytes the longest piece that is read as one, in bytes, at least 1 */
    Input(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** The number of bytes consumed so far. */
    long offset() {
        return base + position;
    }

    /**
     * Makes the next n bytes stand in the window.
     *
     * @return false if the stream ends before; what is left of it stands in the window then
     */
    boolean has(int n) throws IOException {
        if (limit - position >= n) {
            return true;
        }
        if (n > maxBytes) {
            throw tooLong(n);
        }
        while (limit - position < n) {
            if (!more()) {
                return false;
            }
        }
        return true;
    }

    /** Reads on, at least a byte; false at the end of the stream. */
    boolean more() throws IOException {
        if (ended) {
            return false;
        }
        if (limit == window.length) {
            makeRoom();
        }
        int n = in.read(window, limit, window.length - limit);
        if (n < 0) {
            ended = true;
            return false;
        }
        limit += n;
        return true;
    }

    private void makeRoom() throws IOException {
        long most = maxBytes + 2L * FIRST_WINDOW_BYTES;
        if (position >= window.length / 2 || (position > 0 && window.length == most)) {
            sum();
            System.arraycopy(window, position, window, 0, limit - position);
            base += position;
            limit -= position;
            position = 0;
            summed = 0;
        } else if (window.length == most) {
            throw tooLong(limit - position);
        } else {
            window = Arrays.copyOf(window, (int) Math.min(2L * window.length, most));
        }
    }

    /** Where in the window a byte stands, from so many behind the position on; -1 if it is not in the window. */
    int indexOf(char wanted, int skip) {
        for (int i = position + skip; i < limit; i++) {
            if (window[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Consumes up to an index of the window, and lets the checksum have it before a decoder changes it in place. */
    void consume(int to) {
        position = to;
        sum();
    }

    /** Consumes up to and with a byte, however far that is; false if it does not come. */
    boolean skipPast(char wanted) throws IOException {
        while (true) {
            int at = indexOf(wanted, 0);
            if (at >= 0) {
                consume(at + 1);
                return true;
            }
            consume(limit);
            if (!more()) {
                return false;
            }
        }
    }

    /** Forgets what stands in the window, as the stream goes on elsewhere. */
    void jump() {
        position = limit;
        ended = false;
    }

    /** CRC32C of all that was consumed. */
    int crc() {
        sum();
        return (int) crc.getValue();
    }

    private void sum() {
        if (position > summed) {
            crc.update(window, summed, position - summed);
            summed = position;
        }
    }

    /** The next byte; it has to be there. */
    byte next() throws IOException {
        if (position == limit && !has(1)) {
            throw cut();
        }
        return window[position++];
    }

    /** A varint as protobuf has them, which may use all 64 bits. */
    long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = next();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return value;
            }
        }
        throw new DamagedException("a number of more than 64 bits");
    }

    DamagedException cut() {
        return new DamagedException("the file ends in the middle of a record");
    }

    private DamagedException tooLong(long length) {
        return new DamagedException("a piece of " + (length < 0 ? "more than 2^63" : length) + " bytes, where at most "
                + maxBytes + " are read as one; a larger heap (-Xmx) or maxPieceBytes allows more");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
