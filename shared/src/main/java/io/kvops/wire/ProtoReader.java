package io.kvops.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over protobuf fields in an array. {@link #next} moves to the next field of the message under way and returns its
 * number; then exactly one of the reading methods, or {@link #skip}, takes its value. Everything that is wrong with the
 * bytes is a {@link WireException} with the offset, counted from the start of the message.
 */
final class ProtoReader {
    private final byte[] bytes;
    private final int start;
    private final @Nullable Dictionary dictionary;
    private int position;
    private int limit;
    private int wireType;

    ProtoReader(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, null);
    }

    /** @param dictionary what texts are looked for in; null: each is new */
    ProtoReader(byte[] bytes, int offset, int length, @Nullable Dictionary dictionary) {
        this.bytes = bytes;
        this.dictionary = dictionary;
        this.start = offset;
        this.position = offset;
        this.limit = offset + length;
    }

    /** Number of the next field, or 0 at the end of the message under way. */
    int next() throws WireException {
        if (position == limit) {
            return 0;
        }
        long tag = varint("tag");
        wireType = (int) tag & 7;
        if (tag < 8 || tag >>> 3 > 0x1FFFFFFF) {
            throw malformed("tag " + tag + " has no valid field number");
        }
        return (int) (tag >>> 3);
    }

    /** Goes over a field that is not known. */
    void skip() throws WireException {
        switch (wireType) {
            case 0:
                varint("unknown field");
                break;
            case 1:
                advance(8, "unknown field");
                break;
            case 2:
                advance(length("unknown field"), "unknown field");
                break;
            case 5:
                advance(4, "unknown field");
                break;
            default:
                throw malformed("wire type " + wireType);
        }
    }

    /** A count, size or other number that is never negative. */
    long unsigned(String what) throws WireException {
        expect(ProtoWriter.VARINT, what);
        long value = varint(what);
        if (value < 0) {
            throw malformed(what + " is negative");
        }
        return value;
    }

    /** As {@link #unsigned}, of at most max. */
    int unsigned(String what, int max) throws WireException {
        long value = unsigned(what);
        if (value > max) {
            throw malformed(what + " is " + value + " (at most " + max + ")");
        }
        return (int) value;
    }

    long signed(String what) throws WireException {
        expect(ProtoWriter.VARINT, what);
        return varint(what);
    }

    boolean bool(String what) throws WireException {
        return signed(what) != 0;
    }

    long fixed64(String what) throws WireException {
        expect(ProtoWriter.FIXED64, what);
        int at = advance(8, what);
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xFF);
        }
        return value;
    }

    /** Text; what is not UTF-8 is refused, as protobuf does. */
    String string(String what) throws WireException {
        expect(ProtoWriter.BYTES, what);
        int length = length(what);
        int at = advance(length, what);
        String known = dictionary == null ? null : dictionary.word(bytes, at, length);
        if (known != null) {
            return known;
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        // a bad sequence shows as the replacement character, which may also be meant: then it encodes to the same bytes
        if (text.indexOf('\uFFFD') >= 0 && !sameBytes(text.getBytes(StandardCharsets.UTF_8), at, length)) {
            throw malformed(what + " is not UTF-8");
        }
        if (dictionary != null) {
            dictionary.add(bytes, at, length, text);
        }
        return text;
    }

    byte[] byteArray(String what) throws WireException {
        expect(ProtoWriter.BYTES, what);
        int length = length(what);
        int at = advance(length, what);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, at, copy, 0, length);
        return copy;
    }

    /** Enters a nested message or packed list; the result goes to {@link #exit}. */
    int enter(String what) throws WireException {
        expect(ProtoWriter.BYTES, what);
        int length = length(what);
        if (length > limit - position) {
            throw malformed(what + " is cut off: " + length + " bytes of which " + (limit - position) + " are there");
        }
        int outerLimit = limit;
        limit = position + length;
        return outerLimit;
    }

    /** Leaves what {@link #enter} entered, at its end or before. */
    void exit(int outerLimit) {
        position = limit;
        limit = outerLimit;
    }

    boolean atEnd() {
        return position == limit;
    }

    /** Number of varints from here to the end of the packed list under way: each ends in a byte without the high bit. */
    int varintsLeft() {
        int n = 0;
        for (int i = position; i < limit; i++) {
            n += (bytes[i] & 0x80) >>> 7 ^ 1;
        }
        return n;
    }

    /** A varint of a packed list. */
    long varint(String what) throws WireException {
        if (position < limit && bytes[position] >= 0) {
            return bytes[position++]; // most are small
        }
        return longVarint(what);
    }

    private long longVarint(String what) throws WireException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == limit) {
                throw malformed(what + " is cut off");
            }
            byte b = bytes[position++];
            if (shift == 63 && (b & 0xFE) != 0) {
                break;
            }
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed(what + " is a number of more than 64 bits");
    }

    WireException malformed(String what) {
        return new WireException(
                WireException.Kind.MALFORMED, "malformed message at byte " + (position - start) + ": " + what);
    }

    @Nullable
    Dictionary dictionary() {
        return dictionary;
    }

    /** Remembers a place to which {@link #rewind} goes back. */
    int position() {
        return position;
    }

    void rewind(int toPosition) {
        position = toPosition;
    }

    private void expect(int expected, String what) throws WireException {
        if (wireType != expected) {
            throw malformed(what + " has wire type " + wireType + " (expected " + expected + ")");
        }
    }

    private int length(String what) throws WireException {
        long length = varint(what);
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw malformed(what + " has length " + length);
        }
        return (int) length;
    }

    private int advance(int by, String what) throws WireException {
        if (by > limit - position) {
            throw malformed(what + " is cut off: " + by + " bytes of which " + (limit - position) + " are there");
        }
        int at = position;
        position += by;
        return at;
    }

    private boolean sameBytes(byte[] other, int at, int length) {
        if (other.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (other[i] != bytes[at + i]) {
                return false;
            }
        }
        return true;
    }
}
