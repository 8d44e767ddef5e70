package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads commands from a {@link Spool}, from an offset on. For one thread. */
final class CommandParser {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int MAX_WORDS = 1 << 24;

    private final Spool spool;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    /** The offset of the next command. */
    private long offset;

    /** What a look at the buffer found; -1 where more bytes are needed. */
    private int parsed;

    CommandParser(Spool spool, long offset) {
        this.spool = spool;
        this.offset = offset;
    }

    /** Behind the last command. */
    long offset() {
        return offset;
    }

    /** The next command; null if it does not come in time. */
    @Nullable
    LogCommand next(long waitMillis) throws IOException, StoreException, InterruptedException {
        long wait = waitMillis;
        while (true) {
            LogCommand command = at == end ? null : look();
            if (command != null) {
                return command;
            }
            room();
            int read = spool.read(offset + (end - at), buffer, end, buffer.length - end, wait);
            if (read == 0) {
                return null;
            }
            end += read;
            wait = Math.min(wait, 1_000);
        }
    }

    private void room() {
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 64, buffer.length * 2L));
        } else if (end == 0 && buffer.length > 64 * BUFFER_BYTES) {
            buffer = new byte[BUFFER_BYTES];
        }
    }

    /** A command that is there as a whole, or null. */
    private @Nullable LogCommand look() throws StoreException {
        parsed = at;
        long count = header('*');
        if (parsed < 0) {
            return null;
        }
        if (count < 1 || count > MAX_WORDS) {
            throw nonsense("a command of " + count + " words");
        }
        List<Slice> words = new ArrayList<>((int) Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            long length = header('$');
            if (parsed < 0 || parsed + length + 2 > end) {
                return null;
            }
            words.add(Slice.of(buffer, parsed, (int) length));
            parsed += (int) length + 2;
        }
        Slice raw = Slice.of(buffer, at, parsed - at);
        at = parsed;
        offset += raw.length();
        return new LogCommand(upper(words.get(0)), words, raw, offset);
    }

    private long header(char kind) throws StoreException {
        if (parsed >= end) {
            parsed = -1;
            return -1;
        }
        if (buffer[parsed] != kind) {
            throw nonsense("the byte " + buffer[parsed]);
        }
        long value = 0;
        for (int i = parsed + 1; i < end; i++) {
            byte b = buffer[i];
            if (b >= '0' && b <= '9' && value < Integer.MAX_VALUE) {
                value = value * 10 + (b - '0');
            } else if (b != '\r') {
                throw nonsense("a number with the byte " + b);
            } else if (i + 1 < end) {
                parsed = i + 2;
                return value;
            }
        }
        parsed = -1;
        return -1;
    }

    private StoreException nonsense(String what) {
        return new StoreException(
                Kind.NONSENSE, "the replication log has " + what + " at " + offset + " where a command should begin");
    }

    static String upper(Slice word) {
        char[] text = new char[word.length()];
        for (int i = 0; i < text.length; i++) {
            int b = word.at(i) & 0xff;
            text[i] = (char) (b >= 'a' && b <= 'z' ? b - 32 : b);
        }
        return new String(text);
    }
}
