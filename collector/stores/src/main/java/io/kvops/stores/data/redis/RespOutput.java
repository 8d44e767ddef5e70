package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.rdb.Scores;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes commands (RESP, as arrays of bulk strings) behind one another. For one thread. */
final class RespOutput {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int MAX_DIGITS = 20;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] digits = new byte[MAX_DIGITS];
    private int length;

    RespOutput(OutputStream out) {
        this.out = out;
    }

    /** A command of a name and so many arguments begins. */
    RespOutput command(byte[] name, int arguments) throws IOException {
        header('*', arguments + 1);
        return arg(name);
    }

    RespOutput arg(byte[] bytes) throws IOException {
        return arg(bytes, 0, bytes.length);
    }

    RespOutput arg(Slice bytes) throws IOException {
        return arg(bytes.array(), bytes.offset(), bytes.length());
    }

    RespOutput arg(String text) throws IOException {
        return arg(text.getBytes(StandardCharsets.UTF_8));
    }

    RespOutput arg(long number) throws IOException {
        room(2 * MAX_DIGITS + 8);
        int at = digits(number);
        int count = MAX_DIGITS - at;
        buffer[length++] = '$';
        if (count > 9) {
            buffer[length++] = (byte) ('0' + count / 10);
        }
        buffer[length++] = (byte) ('0' + count % 10);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
        System.arraycopy(digits, at, buffer, length, count);
        length += count;
        return end();
    }

    RespOutput arg(double score) throws IOException {
        return arg(Scores.format(score));
    }

    private RespOutput arg(byte[] bytes, int offset, int count) throws IOException {
        header('$', count);
        put(bytes, offset, count);
        return end();
    }

    /** Arguments that are encoded already. */
    void encoded(byte[] bytes, int count) throws IOException {
        put(bytes, 0, count);
    }

    /** What waits to be sent. */
    int waiting() {
        return length;
    }

    void flush() throws IOException {
        if (length > 0) {
            out.write(buffer, 0, length);
            length = 0;
        }
        out.flush();
    }

    private void header(char kind, int number) throws IOException {
        room(MAX_DIGITS + 3);
        buffer[length++] = (byte) kind;
        int at = digits(number);
        System.arraycopy(digits, at, buffer, length, MAX_DIGITS - at);
        length += MAX_DIGITS - at;
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    private RespOutput end() throws IOException {
        room(2);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
        return this;
    }

    private void put(byte[] bytes, int offset, int count) throws IOException {
        if (count > BUFFER_BYTES / 2) {
            flush();
            out.write(bytes, offset, count);
            return;
        }
        room(count);
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
    }

    private void room(int count) throws IOException {
        if (length + count > BUFFER_BYTES) {
            out.write(buffer, 0, length);
            length = 0;
        }
    }

    /** Puts the digits at the end of their buffer, and says where they begin. */
    private int digits(long number) {
        long rest = number < 0 ? number : -number;
        int at = MAX_DIGITS;
        do {
            digits[--at] = (byte) ('0' - rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (number < 0) {
            digits[--at] = '-';
        }
        return at;
    }
}
