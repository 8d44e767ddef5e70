package io.kvops.stores.format;

import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;

/** Puts bytes into fields of CSV: as text if they are UTF-8 without control characters but tab and line ends, else in base64. */
final class CsvBytes {
    /** What base64 begins with; text that begins so is written in base64 too. */
    static final byte[] MARK = "base64:".getBytes(StandardCharsets.ISO_8859_1);

    private final Output out;

    CsvBytes(Output out) {
        this.out = out;
    }

    void put(Slice value) {
        byte[] bytes = value.array();
        int from = value.offset();
        int to = from + value.length();
        boolean quoted = from < to && (bytes[from] == ' ' || bytes[to - 1] == ' ' || bytes[from] == (byte) 0xef);
        boolean high = false;
        boolean text = !isMarked(bytes, from, to);
        for (int i = from; i < to && text; i++) {
            byte b = bytes[i];
            if (b < 0) {
                high = true;
            } else if (b == ',' || b == '"' || b == '\n' || b == '\r') {
                quoted = true;
            } else if ((b < ' ' && b != '\t') || b == 0x7f) {
                text = false;
            }
        }
        if (!text || (high && !Utf8.isValid(bytes, from, to))) {
            out.put(MARK);
            Base64Bytes.encode(bytes, from, to - from, out);
        } else if (quoted) {
            quoted(value);
        } else {
            out.put(value);
        }
    }

    static boolean isMarked(byte[] bytes, int from, int to) {
        if (to - from < MARK.length) {
            return false;
        }
        for (int i = 0; i < MARK.length; i++) {
            if (bytes[from + i] != MARK[i]) {
                return false;
            }
        }
        return true;
    }

    /** Text between quotes. */
    void quoted(Slice value) {
        byte[] bytes = value.array();
        int to = value.offset() + value.length();
        out.put('"');
        for (int i = value.offset(); i < to; i++) {
            if (bytes[i] == '"') {
                out.put('"');
            }
            out.put(bytes[i]);
        }
        out.put('"');
    }
}
