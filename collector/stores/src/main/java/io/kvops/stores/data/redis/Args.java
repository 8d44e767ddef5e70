package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.rdb.Scores;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Arguments, or whole commands, that are encoded to be sent later. For one thread. */
final class Args {
    private static final int KEPT_BYTES = 4 << 20;
    private static final int HEADER_BYTES = 16;

    private byte[] bytes = new byte[1024];
    private int length;
    private int count;

    void clear() {
        length = 0;
        count = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[1024];
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** How many arguments, or commands, as {@link #counted} was told. */
    int count() {
        return count;
    }

    void counted(int more) {
        count += more;
    }

    /** A command of so many words begins. */
    Args command(byte[] name, int arguments) {
        header('*', arguments + 1);
        return put(name, 0, name.length);
    }

    Args put(Slice part) {
        return put(part.array(), part.offset(), part.length());
    }

    Args put(byte[] part) {
        return put(part, 0, part.length);
    }

    Args put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    Args put(long number) {
        return put(Long.toString(number));
    }

    Args put(double score) {
        return put(Scores.format(score));
    }

    private Args put(byte[] from, int offset, int partLength) {
        header('$', partLength);
        room(partLength + 2);
        System.arraycopy(from, offset, bytes, length, partLength);
        length += partLength;
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    /** Bytes as they are. */
    void raw(Slice part) {
        room(part.length());
        System.arraycopy(part.array(), part.offset(), bytes, length, part.length());
        length += part.length();
    }

    private void header(char kind, int number) {
        room(HEADER_BYTES);
        bytes[length++] = (byte) kind;
        int digits =
                number < 10 ? 1 : number < 100 ? 2 : Integer.toString(number).length();
        int rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        bytes[length++] = '\r';
        bytes[length++] = '\n';
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int)
                    Math.min(Integer.MAX_VALUE - 64, Math.max(length + (long) more, bytes.length * 2L)));
        }
    }
}
