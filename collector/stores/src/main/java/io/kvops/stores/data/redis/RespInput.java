package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * Reads answers (RESP 2) in their order. Slices are lent until the next call. An error of the server is thrown as {@link
 * ErrorReply}, what is no RESP as a {@link StoreException} of kind NONSENSE. For one thread.
 */
final class RespInput {
    private static final int BUFFER_BYTES = 64 << 10;
    /** A string of Redis is no longer, and a serialised value seldom. */
    private static final long MAX_BULK_BYTES = 2L << 30;

    private static final int MAX_LINE_BYTES = 32 << 10;

    private final InputStream in;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long bulkLeft;

    RespInput(InputStream in) {
        this.in = in;
    }

    /** The answer +OK, or any other that is no error. */
    void okay() throws IOException, StoreException, ErrorReply {
        skip(kind());
    }

    long integer() throws IOException, StoreException, ErrorReply {
        expect(':', kind());
        return number();
    }

    /** Passes over a status or a string; false if it is none at all. */
    boolean bulkOrStatus() throws IOException, StoreException, ErrorReply {
        fill(2);
        boolean none = buffer[at] == '$' && buffer[at + 1] == '-';
        skip();
        return !none;
    }

    /** Whether the next answer is the number 0. */
    boolean isZero() throws IOException {
        fill(3);
        return buffer[at] == ':' && buffer[at + 1] == '0';
    }

    /** Whether the next answer is a list of nothing. */
    boolean isEmptyArray() throws IOException {
        fill(3);
        return buffer[at] == '*' && buffer[at + 1] == '0';
    }

    /** A number, or -1 for none. */
    long integerOrNone() throws IOException, StoreException, ErrorReply {
        if (peek() == ':') {
            return integer();
        }
        skip();
        return -1;
    }

    /** How many answers follow; -1 for none at all. */
    int array() throws IOException, StoreException, ErrorReply {
        expect('*', kind());
        long count = number();
        if (count < -1 || count > Integer.MAX_VALUE) {
            throw nonsense("an array of " + count);
        }
        return (int) count;
    }

    /** A string as a whole; false for none. */
    boolean bulk(Slice into) throws IOException, StoreException, ErrorReply {
        long length = bulk();
        if (length < 0) {
            return false;
        }
        if (length > Integer.MAX_VALUE - BUFFER_BYTES) {
            throw nonsense("a string of " + length + " bytes");
        }
        fill((int) length + 2);
        into.set(buffer, at, (int) length);
        at += (int) length + 2;
        bulkLeft = 0;
        return true;
    }

    /** A string as text; empty for none. Status answers are texts too. */
    String text() throws IOException, StoreException, ErrorReply {
        int kind = peek();
        if (kind == '+') {
            at++;
            return line();
        }
        Slice text = new Slice();
        return bulk(text) ? text.toText() : "";
    }

    /** A string begins, to be read by {@link #some}: its length, or -1 for none. */
    long bulk() throws IOException, StoreException, ErrorReply {
        expect('$', kind());
        long length = number();
        if (length < -1 || length > MAX_BULK_BYTES) {
            throw nonsense("a string of " + length + " bytes");
        }
        bulkLeft = length;
        return length;
    }

    /** The rest of a string that has begun, as a whole. */
    void rest(Slice into) throws IOException {
        int length = (int) bulkLeft;
        fill(length + 2);
        into.set(buffer, at, length);
        at += length + 2;
        bulkLeft = 0;
    }

    /** The next bytes of a string that has begun; false after the last. */
    boolean some(Slice into, int max) throws IOException {
        if (bulkLeft <= 0) {
            return false;
        }
        if (at == end) {
            fill(1);
        }
        int count = (int) Math.min(Math.min(max, bulkLeft), end - at);
        into.set(buffer, at, count);
        at += count;
        bulkLeft -= count;
        return true;
    }

    /** Passes over what is left of a string, and its end. */
    void finish() throws IOException {
        Slice ignored = new Slice();
        while (some(ignored, Integer.MAX_VALUE)) {
            // passed over
        }
        fill(2);
        at += 2;
        bulkLeft = 0;
    }

    /** Passes over any answer; errors inside lists too. */
    void skip() throws IOException, StoreException, ErrorReply {
        skip(kind());
    }

    private void skip(int kind) throws IOException, StoreException, ErrorReply {
        switch (kind) {
            case '+' -> line();
            case ':' -> number();
            case '$' -> {
                bulkLeft = number();
                if (bulkLeft >= 0) {
                    finish();
                }
            }
            case '*' -> {
                for (long left = number(); left > 0; left--) {
                    try {
                        skip(kind());
                    } catch (ErrorReply e) {
                        // one of a list's answers
                    }
                }
            }
            default -> throw nonsense("the byte " + kind);
        }
    }

    /**
     * Passes over line ends between answers, one a second, which say that an answer takes time.
     *
     * @return false if it was to stop meanwhile
     */
    boolean skipLineEnds(BooleanSupplier stop) throws IOException {
        while (peek() == '\n') {
            at++;
            if (stop.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** A line as it is, without its end. */
    String rawLine() throws IOException, StoreException {
        return line();
    }

    /** The next bytes, as they come; at least one, -1 at the end. */
    int raw(byte[] into, int offset, int max) throws IOException {
        if (at == end) {
            return in.read(into, offset, max);
        }
        int count = Math.min(max, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }

    private void expect(int wanted, int kind) throws StoreException, IOException {
        if (kind != wanted) {
            throw nonsense("'" + (char) kind + line() + "' instead of '" + (char) wanted + "'");
        }
    }

    private StoreException nonsense(String what) {
        return new StoreException(
                Kind.NONSENSE, "it answers " + what + ", which is not the Redis protocol as it was expected");
    }

    private int kind() throws IOException, StoreException, ErrorReply {
        int kind = peek();
        at++;
        if (kind == '-') {
            throw new ErrorReply(line());
        }
        return kind;
    }

    private int peek() throws IOException {
        if (at == end) {
            fill(1);
        }
        return buffer[at];
    }

    private long number() throws IOException, StoreException {
        long value = 0;
        boolean negative = false;
        int digits = 0;
        while (true) {
            if (at == end) {
                fill(1);
            }
            byte b = buffer[at++];
            if (b >= '0' && b <= '9' && digits < 19) {
                value = value * 10 + (b - '0');
                digits++;
            } else if (b == '-' && digits == 0) {
                negative = true;
            } else if (b == '\r') {
                fill(1);
                at++;
                return negative ? -value : value;
            } else {
                throw nonsense("a number with the byte " + b);
            }
        }
    }

    private String line() throws IOException, StoreException {
        int from = at;
        int scanned = at;
        while (true) {
            for (; scanned < end; scanned++) {
                if (buffer[scanned] == '\n') {
                    String text = new String(buffer, from, Math.max(0, scanned - from - 1), StandardCharsets.UTF_8);
                    at = scanned + 1;
                    return text;
                }
            }
            if (scanned - from > MAX_LINE_BYTES) {
                throw nonsense("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            int length = scanned - from;
            fill(length + 1);
            from = at;
            scanned = at + length;
        }
    }

    /** Makes sure that so many bytes are there. */
    private void fill(int count) throws IOException {
        if (end - at >= count) {
            return;
        }
        int kept = end - at;
        if (at + count > buffer.length) {
            boolean large = buffer.length > BUFFER_BYTES * 16 && count <= BUFFER_BYTES;
            byte[] to = count > buffer.length
                    ? new byte[Math.max(count, (int) Math.min(buffer.length * 2L, Integer.MAX_VALUE - 64))]
                    : large ? new byte[BUFFER_BYTES] : buffer;
            System.arraycopy(buffer, at, to, 0, kept);
            buffer = to;
            at = 0;
            end = kept;
        }
        while (end - at < count) {
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                throw new EOFException("the connection was closed");
            }
            end += read;
        }
    }
}
