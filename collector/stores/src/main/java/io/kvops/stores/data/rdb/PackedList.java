package io.kvops.stores.data.rdb;

import io.kvops.stores.data.Slice;

/** The elements of a listpack or a ziplist: small strings and numbers one behind the other. For one thread. */
final class PackedList {
    private static final int END = 0xff;
    private static final int LISTPACK_HEADER_BYTES = 6;
    private static final int ZIPLIST_HEADER_BYTES = 10;

    private final RdbInput in;
    private final boolean ziplist;
    private boolean text;
    private long number;
    private int next;

    private PackedList(Slice from, boolean ziplist) {
        this.in = new RdbInput(from);
        this.ziplist = ziplist;
        in.raw(ziplist ? ZIPLIST_HEADER_BYTES : LISTPACK_HEADER_BYTES, new Slice());
        next = in.one();
    }

    static PackedList listpack(Slice from) {
        return new PackedList(from, false);
    }

    static PackedList ziplist(Slice from) {
        return new PackedList(from, true);
    }

    boolean more() {
        return next != END;
    }

    /** The next element; a number as its digits. */
    Slice next(Slice into) {
        read(into);
        return text ? into : RdbInput.digits(number, into);
    }

    /** The next element, which must be a number. */
    long number(Slice scratch) {
        read(scratch);
        return text ? Long.parseLong(scratch.toText()) : number;
    }

    /** The next element as a score. */
    double score(Slice scratch) {
        read(scratch);
        return text ? Scores.parse(scratch) : number;
    }

    private void read(Slice into) {
        if (!more()) {
            throw new IndexOutOfBoundsException("a packed list ends too early");
        }
        if (ziplist) {
            ziplistEntry(into);
        } else {
            listpackEntry(into);
        }
        next = in.one();
    }

    private void listpackEntry(Slice into) {
        int first = next;
        int bytes;
        text = true;
        if (first < 0x80) {
            bytes = number(first, 0);
        } else if (first < 0xc0) {
            bytes = string(first & 0x3f, 1, into);
        } else if (first < 0xe0) {
            int value = (first & 0x1f) << 8 | in.one();
            bytes = number(value >= 1 << 12 ? value - (1 << 13) : value, 1);
        } else if (first < 0xf0) {
            bytes = string((first & 0x0f) << 8 | in.one(), 2, into);
        } else {
            bytes = switch (first) {
                case 0xf0 -> string(in.littleEndian(4), 5, into);
                case 0xf1 -> number(in.signed(2), 2);
                case 0xf2 -> number(in.signed(3), 3);
                case 0xf3 -> number(in.signed(4), 4);
                case 0xf4 -> number(in.signed(8), 8);
                default -> throw new IllegalArgumentException("an element in the encoding " + first);
            };
        }
        in.littleEndian(backBytes(bytes));
    }

    private int number(long value, int more) {
        text = false;
        number = value;
        return 1 + more;
    }

    private int string(long length, int header, Slice into) {
        in.raw(length, into);
        return (int) length + header;
    }

    /** The length of an entry stands behind it, in so many bytes. */
    private static int backBytes(int entry) {
        if (entry <= 127) {
            return 1;
        }
        if (entry < 16_383) {
            return 2;
        }
        if (entry < 2_097_151) {
            return 3;
        }
        return entry < 268_435_455 ? 4 : 5;
    }

    private void ziplistEntry(Slice into) {
        if (next == 0xfe) {
            in.littleEndian(4);
        }
        int first = in.one();
        text = true;
        switch (first >> 6) {
            case 0 -> in.raw(first & 0x3f, into);
            case 1 -> in.raw((first & 0x3fL) << 8 | in.one(), into);
            case 2 -> in.raw(in.bigEndian(4), into);
            default -> {
                text = false;
                number = switch (first) {
                    case 0xc0 -> in.signed(2);
                    case 0xd0 -> in.signed(4);
                    case 0xe0 -> in.signed(8);
                    case 0xf0 -> in.signed(3);
                    case 0xfe -> in.signed(1);
                    default -> {
                        if (first < 0xf1 || first > 0xfd) {
                            throw new IllegalArgumentException("an element in the encoding " + first);
                        }
                        yield first - 0xf1;
                    }
                };
            }
        }
    }
}
