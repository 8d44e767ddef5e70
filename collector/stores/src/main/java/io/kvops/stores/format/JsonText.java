package io.kvops.stores.format;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads JSON (RFC 8259) from a part of an array, where strings are decoded in place: what was read once is no JSON any more.
 * Stricter than most: strings have to be UTF-8 without lone surrogates.
 */
final class JsonText extends Tuple {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_CHARS = 400;

    private final Slice part = new Slice();
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    /** Whether the next value is an element's first. */
    private boolean first = true;

    void set(byte[] newBytes, int from, int to) {
        bytes = newBytes;
        at = from;
        end = to;
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    /** The next byte that is no white space, which is not consumed; -1 at the end. */
    int peek() {
        while (at < end) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        return -1;
    }

    boolean accept(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char wanted) throws DamagedException {
        if (!accept(wanted)) {
            throw new DamagedException(
                    (at == end ? "an end" : "'" + printable(bytes[at]) + "'") + " where '" + wanted + "' was expected");
        }
    }

    void expectEnd() throws DamagedException {
        if (peek() != -1) {
            throw new DamagedException("'" + printable(bytes[at]) + "' behind the end of the object");
        }
    }

    private static char printable(byte b) {
        return b > ' ' && b < 0x7f ? (char) b : '?';
    }

    /** A string's bytes in UTF-8. */
    void string(Slice into) throws DamagedException {
        expect('"');
        int from = at;
        int i = at;
        boolean ascii = true;
        while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
            byte b = bytes[i++];
            if (b < ' ') {
                if (b >= 0) {
                    throw new DamagedException("a control character in a string");
                }
                ascii = false;
            }
        }
        if (i == end) {
            throw new DamagedException("a string that does not end");
        }
        int to = i;
        if (bytes[i] == '\\') {
            to = escaped(i);
            ascii = false;
        } else {
            at = i + 1;
        }
        if (!ascii && !Utf8.isValid(bytes, from, to)) {
            throw new DamagedException("bytes that are not UTF-8 in a string; they have to be {\"base64\":\"...\"}");
        }
        into.set(bytes, from, to - from);
    }

    /** The rest of a string from its first escape on. @return where its bytes end */
    private int escaped(int first) throws DamagedException {
        int to = first;
        int i = first;
        while (i < end) {
            byte b = bytes[i++];
            if (b == '"') {
                at = i;
                return to;
            }
            if (b >= 0 && b < ' ') {
                throw new DamagedException("a control character in a string");
            }
            if (b != '\\') {
                bytes[to++] = b;
                continue;
            }
            if (i == end) {
                break;
            }
            byte code = bytes[i++];
            if (code == 'u') {
                int c = hex4(i);
                i += 4;
                if (Character.isHighSurrogate((char) c) && i + 6 <= end && bytes[i] == '\\' && bytes[i + 1] == 'u') {
                    int low = hex4(i + 2);
                    if (Character.isLowSurrogate((char) low)) {
                        c = Character.toCodePoint((char) c, (char) low);
                        i += 6;
                    }
                }
                to = put(c, to);
            } else {
                bytes[to++] = plain(code);
            }
        }
        throw new DamagedException("a string that does not end");
    }

    private static byte plain(byte code) throws DamagedException {
        return switch (code) {
            case '"', '\\', '/' -> code;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw new DamagedException("an unknown escape in a string");
        };
    }

    private int hex4(int from) throws DamagedException {
        if (from + 4 > end) {
            throw new DamagedException("a string that does not end");
        }
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                throw new DamagedException("an unknown escape in a string");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private int put(int c, int to) throws DamagedException {
        int i = to;
        if (c < 0x80) {
            bytes[i++] = (byte) c;
        } else if (c < 0x800) {
            bytes[i++] = (byte) (0xc0 | c >> 6);
            bytes[i++] = (byte) (0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            if (Character.isSurrogate((char) c)) {
                throw new DamagedException("half a surrogate pair in a string");
            }
            bytes[i++] = (byte) (0xe0 | c >> 12);
            bytes[i++] = (byte) (0x80 | (c >> 6 & 0x3f));
            bytes[i++] = (byte) (0x80 | (c & 0x3f));
        } else {
            bytes[i++] = (byte) (0xf0 | c >> 18);
            bytes[i++] = (byte) (0x80 | (c >> 12 & 0x3f));
            bytes[i++] = (byte) (0x80 | (c >> 6 & 0x3f));
            bytes[i++] = (byte) (0x80 | (c & 0x3f));
        }
        return i;
    }

    /** A string as text. */
    String text() throws DamagedException {
        string(part);
        return part.toText();
    }

    /** A string, or the marked form of any bytes. */
    @Override
    void bytes(Slice into) throws DamagedException {
        separator();
        value(into);
    }

    void value(Slice into) throws DamagedException {
        if (!accept('{')) {
            string(into);
            return;
        }
        if (!text().equals("base64")) {
            throw new DamagedException("an object that is not {\"base64\":\"...\"} where a string was expected");
        }
        expect(':');
        string(into);
        into.set(bytes, into.offset(), Base64Bytes.decode(bytes, into.offset(), into.length()));
        expect('}');
    }

    @Override
    long number() throws DamagedException {
        separator();
        return integer();
    }

    long integer() throws DamagedException {
        String digits = digits();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new DamagedException("a number that is no integer of 64 bits", e);
        }
    }

    private String digits() throws DamagedException {
        peek();
        int from = at;
        while (at < end && ((bytes[at] >= '0' && bytes[at] <= '9') || "+-.eE".indexOf(bytes[at]) >= 0)) {
            at++;
        }
        if (at == from || at - from > MAX_NUMBER_CHARS) {
            throw new DamagedException("no number where one was expected");
        }
        return new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    double score() throws DamagedException {
        separator();
        if (peek() == '"') {
            return Scores.named(text());
        }
        return Scores.parse(digits());
    }

    @Override
    StreamId id() throws DamagedException {
        separator();
        return Scores.id(text());
    }

    @Override
    boolean hasMore() {
        return peek() == ',';
    }

    @Override
    void list() throws DamagedException {
        separator();
        stringsInto(this);
    }

    /** An array of strings, each into a {@link #listed} slice of a tuple. */
    void stringsInto(Tuple tuple) throws DamagedException {
        expect('[');
        if (accept(']')) {
            return;
        }
        do {
            value(tuple.listed());
        } while (accept(','));
        expect(']');
    }

    /** Between two values of an element there is a comma; before the first there is none. */
    private void separator() throws DamagedException {
        if (first) {
            first = false;
        } else {
            expect(',');
        }
    }

    /** An element's values follow. */
    void restartElement() {
        first = true;
    }

    /** One of its values has been read otherwise. */
    void afterFirst() {
        first = false;
    }

    /** An object of strings. */
    Map<String, String> metadata() throws DamagedException {
        Map<String, String> found = new TreeMap<>();
        expect('{');
        if (!accept('}')) {
            do {
                String name = text();
                expect(':');
                found.put(name, text());
                if (found.size() > RecordHeader.MAX_METADATA) {
                    throw new DamagedException("more than " + RecordHeader.MAX_METADATA + " metadata");
                }
            } while (accept(','));
            expect('}');
        }
        return found;
    }

    /** Passes over any value. */
    void skip(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new DamagedException("values nested deeper than " + MAX_DEPTH);
        }
        int b = peek();
        if (b == '"') {
            skipString();
        } else if (accept('[')) {
            if (!accept(']')) {
                do {
                    skip(depth + 1);
                } while (accept(','));
                expect(']');
            }
        } else if (accept('{')) {
            if (!accept('}')) {
                do {
                    peek();
                    skipString();
                    expect(':');
                    skip(depth + 1);
                } while (accept(','));
                expect('}');
            }
        } else if (b == 't' || b == 'f' || b == 'n') {
            bool();
        } else {
            digits();
        }
    }

    /** Passes over a string, which may be read later. */
    private void skipString() throws DamagedException {
        expect('"');
        while (at < end) {
            byte b = bytes[at++];
            if (b == '"') {
                return;
            }
            if (b == '\\') {
                at++;
            }
        }
        throw new DamagedException("a string that does not end");
    }

    /** {@code true}; false for {@code false} and {@code null}. */
    boolean bool() throws DamagedException {
        peek();
        for (String word : new String[] {"true", "false", "null"}) {
            if (end - at >= word.length()
                    && new String(bytes, at, word.length(), StandardCharsets.ISO_8859_1).equals(word)) {
                at += word.length();
                return word.equals("true");
            }
        }
        throw new DamagedException("no value where one was expected");
    }
}
