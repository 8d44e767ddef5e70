package io.kvops.stores.format;

import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Puts bytes into JSON: as a string if they are UTF-8 without control characters but tab and line ends, else in base64. */
final class JsonBytes {
    private static final byte PLAIN = 0;
    private static final byte ESCAPED = 1;
    private static final byte HIGH = 2;
    private static final byte CONTROL = 3;
    private static final byte[] CLASSES = classes();
    private static final byte[] MARK = "{\"base64\":\"".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final Output out;
    private final byte[] digits = new byte[20];

    JsonBytes(Output out) {
        this.out = out;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int b = 0; b < 256; b++) {
            classes[b] = b < ' ' || b == 0x7f ? CONTROL : b >= 0x80 ? HIGH : PLAIN;
        }
        for (char c : "\"\\\n\r\t".toCharArray()) {
            classes[c] = ESCAPED;
        }
        return classes;
    }

    void put(Slice value) {
        put(value.array(), value.offset(), value.offset() + value.length());
    }

    private void put(byte[] bytes, int from, int to) {
        boolean escaped = false;
        boolean high = false;
        for (int i = from; i < to; i++) {
            switch (CLASSES[bytes[i] & 0xff]) {
                case PLAIN -> {}
                case ESCAPED -> escaped = true;
                case HIGH -> high = true;
                default -> {
                    base64(bytes, from, to);
                    return;
                }
            }
        }
        if (high && !Utf8.isValid(bytes, from, to)) {
            base64(bytes, from, to);
            return;
        }
        out.put('"');
        if (escaped) {
            escape(bytes, from, to);
        } else {
            out.put(bytes, from, to - from);
        }
        out.put('"');
    }

    private void base64(byte[] bytes, int from, int to) {
        out.put(MARK);
        Base64Bytes.encode(bytes, from, to - from, out);
        out.put('"');
        out.put('}');
    }

    private void escape(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (CLASSES[b & 0xff] == PLAIN || b < 0) {
                out.put(b);
            } else if ((b < ' ' && b != '\n' && b != '\r' && b != '\t') || b == 0x7f) {
                out.ascii("\\u00");
                out.put(DIGITS[b >> 4]);
                out.put(DIGITS[b & 15]);
            } else {
                out.put('\\');
                out.put(b == '\n' ? 'n' : b == '\r' ? 'r' : b == '\t' ? 't' : b);
            }
        }
    }

    /** Text that is kept as text, with whatever characters. */
    void quoted(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.put('"');
        escape(bytes, 0, bytes.length);
        out.put('"');
    }

    void list(List<Slice> values) {
        out.put('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.put(',');
            }
            put(values.get(i));
        }
        out.put(']');
    }

    void metadata(Map<String, String> values) {
        int before = out.size;
        out.put('{');
        values.forEach((name, value) -> {
            if (out.size > before + 1) {
                out.put(',');
            }
            quoted(name);
            out.put(':');
            quoted(value);
        });
        out.put('}');
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            out.ascii(Long.toString(value));
            return;
        }
        int at = digits.length;
        long rest = Math.abs(value);
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        if (value < 0) {
            digits[--at] = '-';
        }
        out.put(digits, at, digits.length - at);
    }
}
