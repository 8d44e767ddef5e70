package io.kvops.stores.format;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.nio.charset.StandardCharsets;

/** Reads MessagePack values from a part of an array. */
final class MsgPackText extends Tuple {
    private static final int TEXT_MAX = 64 << 10;

    private final Slice part = new Slice();
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    /** How many values of the current element have not been read. */
    private int left;

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

    private int next() throws DamagedException {
        if (at == end) {
            throw wrong();
        }
        return bytes[at++] & 0xff;
    }

    private long bigEndian(int length) throws DamagedException {
        if (end - at < length) {
            throw wrong();
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (bytes[at++] & 0xff);
        }
        return value;
    }

    private static DamagedException wrong() {
        return new DamagedException("a value of another kind than expected");
    }

    int map() throws DamagedException {
        int b = next();
        if ((b & 0xf0) == 0x80) {
            return b & 0xf;
        }
        return count(b == 0xde ? 2 : b == 0xdf ? 4 : 0);
    }

    int array() throws DamagedException {
        int b = next();
        if ((b & 0xf0) == 0x90) {
            return b & 0xf;
        }
        return count(b == 0xdc ? 2 : b == 0xdd ? 4 : 0);
    }

    /** Each entry needs a byte at least, so a count that is too large shows at once. */
    private int count(int lengthBytes) throws DamagedException {
        long count = lengthBytes == 0 ? -1 : bigEndian(lengthBytes);
        if (count < 0 || count > end - at) {
            throw wrong();
        }
        return (int) count;
    }

    /** Bin or str. */
    @Override
    void bytes(Slice into) throws DamagedException {
        int b = next();
        long length = switch (b) {
            case 0xc4, 0xd9 -> bigEndian(1);
            case 0xc5, 0xda -> bigEndian(2);
            case 0xc6, 0xdb -> bigEndian(4);
            default -> (b & 0xe0) == 0xa0 ? b & 0x1f : -1;
        };
        if (length < 0 || length > end - at) {
            throw wrong();
        }
        into.set(bytes, at, (int) length);
        at += (int) length;
        left--;
    }

    String text() throws DamagedException {
        bytes(part);
        if (part.length() > TEXT_MAX) {
            throw wrong();
        }
        return new String(part.array(), part.offset(), part.length(), StandardCharsets.UTF_8);
    }

    boolean bool() throws DamagedException {
        int b = next();
        if (b != 0xc2 && b != 0xc3) {
            throw wrong();
        }
        return b == 0xc3;
    }

    @Override
    long number() throws DamagedException {
        left--;
        int b = next();
        return switch (b) {
            case 0xcc -> bigEndian(1);
            case 0xcd -> bigEndian(2);
            case 0xce -> bigEndian(4);
            case 0xcf, 0xd3 -> bigEndian(8);
            case 0xd0 -> (byte) bigEndian(1);
            case 0xd1 -> (short) bigEndian(2);
            case 0xd2 -> (int) bigEndian(4);
            default -> {
                if (b >= 0x80 && b < 0xe0) {
                    throw wrong();
                }
                yield (byte) b;
            }
        };
    }

    @Override
    double score() throws DamagedException {
        if (at < end && bytes[at] == (byte) 0xcb) {
            at++;
            left--;
            return Double.longBitsToDouble(bigEndian(8));
        }
        if (at < end && bytes[at] == (byte) 0xca) {
            at++;
            left--;
            return Float.intBitsToFloat((int) bigEndian(4));
        }
        return number();
    }

    @Override
    StreamId id() throws DamagedException {
        if (array() != 2) {
            throw wrong();
        }
        int before = left - 1;
        long millis = number();
        StreamId id = new StreamId(millis, number());
        left = before;
        return id;
    }

    @Override
    boolean hasMore() {
        return left > 0;
    }

    @Override
    void list() throws DamagedException {
        int before = left - 1;
        int count = array();
        for (int i = 0; i < count; i++) {
            bytes(listed());
        }
        left = before;
    }

    /** Passes over a value. */
    void skip() throws DamagedException {
        for (long values = 1; values > 0; values--) {
            int b = next();
            if (b < 0x80 || b >= 0xe0 || (b >= 0xc0 && b <= 0xc3)) {
                continue;
            }
            if (b < 0x90) {
                values += 2L * (b & 0xf);
            } else if (b < 0xa0) {
                values += b & 0xf;
            } else if (b < 0xc0) {
                pass(b & 0x1f);
            } else {
                switch (b) {
                    case 0xc4, 0xc5, 0xc6, 0xd9, 0xda, 0xdb -> pass(bigEndian(MsgPackReader.lengthBytes(b)));
                    case 0xdc, 0xdd -> values += bigEndian(MsgPackReader.lengthBytes(b));
                    case 0xde, 0xdf -> values += 2 * bigEndian(MsgPackReader.lengthBytes(b));
                    default -> pass(MsgPackReader.fixed(b));
                }
            }
        }
    }

    private void pass(long length) throws DamagedException {
        if (length > end - at) {
            throw wrong();
        }
        at += (int) length;
    }

    /** An element of so many values is read next. */
    void values(int count) {
        left = count;
    }

    /** All values of the element have to be read. */
    void endElement() throws DamagedException {
        if (left != 0) {
            throw wrong();
        }
    }
}
