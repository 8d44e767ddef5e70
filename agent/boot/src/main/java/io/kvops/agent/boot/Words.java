package io.kvops.agent.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words of the Redis protocol, which a client holds as bytes. */
public final class Words {
    /** Longest copy of a key. */
    static final int MAX_COPY = 512;

    static final byte[] MULTI = "MULTI".getBytes(StandardCharsets.US_ASCII);
    static final byte[] QUEUED = "QUEUED".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.US_ASCII);
    static final byte[] UNWATCH = "UNWATCH".getBytes(StandardCharsets.US_ASCII);
    static final byte[] NOTHING = new byte[0];
    private static final byte[][] HANDSHAKE = {
        "HELLO".getBytes(StandardCharsets.US_ASCII),
        "AUTH".getBytes(StandardCharsets.US_ASCII),
        "CLIENT".getBytes(StandardCharsets.US_ASCII),
        "PING".getBytes(StandardCharsets.US_ASCII),
        "READONLY".getBytes(StandardCharsets.US_ASCII),
        SELECT,
    };
    private static final byte[] EXEC = "EXEC".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DISCARD = "DISCARD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUBSCRIBE = "SUBSCRIBE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAMS = "STREAMS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] XREAD = "XREAD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] XREADGROUP = "XREADGROUP".getBytes(StandardCharsets.US_ASCII);

    private Words() {}

    /** The name of a command that waits for data: XREAD and XREADGROUP wait only when told to, so their name says it. */
    public static Object blockingName(Object command) {
        if (is(command, XREAD)) {
            return "XREAD BLOCK";
        }
        return is(command, XREADGROUP) ? "XREADGROUP BLOCK" : command;
    }

    /** Bytes of the values in a decoded reply, however deep; numbers count as none, nor does a bare OK. */
    public static long bytes(@Nullable Object reply) {
        if (reply instanceof byte[]) {
            byte[] bytes = (byte[]) reply;
            return bytes.length == 2 && bytes[0] == 'O' && bytes[1] == 'K' ? 0 : bytes.length;
        }
        long sum = 0;
        if (reply instanceof List) {
            List<?> list = (List<?>) reply;
            for (int i = 0; i < list.size(); i++) {
                sum += bytes(list.get(i));
            }
        }
        if (reply instanceof Map.Entry) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) reply;
            sum = bytes(entry.getKey()) + bytes(entry.getValue());
        }
        return sum;
    }

    /** True for a word after which, in a command whose key has no fixed place, the keys follow. */
    public static boolean beforeKey(byte[] word) {
        return is(word, STREAMS);
    }

    /** The bytes that remain in a buffer, at most {@link #MAX_COPY}; the buffer stays as it is. */
    public static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[Math.min(buffer.remaining(), MAX_COPY)];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Length of a value: bytes of an array or buffer, characters of a string; 0 for what is none of them. */
    public static int length(@Nullable Object value) {
        if (value instanceof byte[]) {
            return ((byte[]) value).length;
        }
        if (value instanceof CharSequence) {
            return ((CharSequence) value).length();
        }
        return value instanceof ByteBuffer ? ((ByteBuffer) value).remaining() : 0;
    }

    /** True if this command is SELECT. */
    public static boolean isSelect(@Nullable Object command) {
        return is(command, SELECT);
    }

    /** True if this command is one that clients send by themselves when they connect. */
    public static boolean isHandshake(@Nullable Object command) {
        for (byte[] word : HANDSHAKE) {
            if (is(command, word)) {
                return true;
            }
        }
        return false;
    }

    /** A decimal number; 0 if it is none. */
    public static int number(byte[] digits) {
        int n = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9' || n > 99_999_999) {
                return 0;
            }
            n = n * 10 + (digit - '0');
        }
        return n;
    }

    /** The same of a string. */
    public static int number(String digits) {
        return number(digits.getBytes(StandardCharsets.US_ASCII));
    }

    static boolean endsTransaction(@Nullable Object command) {
        return is(command, EXEC) || is(command, DISCARD);
    }

    /** SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their opposites: replies are no longer one per command. */
    static boolean isSubscription(@Nullable Object command) {
        if (!(command instanceof byte[])) {
            return false;
        }
        byte[] word = (byte[]) command;
        int from = word.length - SUBSCRIBE.length;
        for (int i = 0; i < SUBSCRIBE.length; i++) {
            if (from < 0 || word[from + i] != SUBSCRIBE[i]) {
                return false;
            }
        }
        return true;
    }

    /** The message that says that no subscription is left. */
    static boolean lastUnsubscribed(@Nullable Object reply) {
        if (!(reply instanceof List)) {
            return false;
        }
        List<?> message = (List<?>) reply;
        return message.size() == 3
                && isSubscription(upper(message.get(0)))
                && Long.valueOf(0).equals(message.get(2));
    }

    private static @Nullable Object upper(@Nullable Object word) {
        if (!(word instanceof byte[])) {
            return null;
        }
        byte[] letters = ((byte[]) word).clone();
        for (int i = 0; i < letters.length; i++) {
            letters[i] &= (byte) ~0x20;
        }
        return letters;
    }

    static boolean is(@Nullable Object word, byte[] expected) {
        if (word == expected) {
            return true;
        }
        if (!(word instanceof byte[]) || ((byte[]) word).length != expected.length) {
            return false;
        }
        byte[] bytes = (byte[]) word;
        for (int i = 0; i < expected.length; i++) {
            if (bytes[i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
