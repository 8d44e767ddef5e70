package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a value that Redis has serialised, as the answer to DUMP has it: a type, the content, two bytes of version and eight of
 * checksum. Source: {@code rdb.c}, {@code listpack.c}, {@code ziplist.c} and {@code t_stream.c} of Redis 7.0, and what later
 * versions add. Any thread.
 */
public final class RdbValue {
    /** The version and the checksum behind it. */
    public static final int TRAILER_BYTES = 10;

    private RdbValue() {}

    /** The type of a serialised value; null for modules' values, and types that came later. */
    public static @Nullable RecordType type(int code) {
        return switch (code) {
            case 0 -> RecordType.STRING;
            case 1, 10, 14, 18 -> RecordType.LIST;
            case 2, 11, 20 -> RecordType.SET;
            case 3, 5, 12, 17 -> RecordType.ZSET;
            case 4, 13, 16, 24, 25 -> RecordType.HASH;
            case 15, 19, 21 -> RecordType.STREAM;
            default -> null;
        };
    }

    /** The version of the serialisation, that stands in the trailer. */
    public static int version(Slice dumped) {
        int at = dumped.length() - TRAILER_BYTES;
        return at < 0 ? 0 : (dumped.at(at) & 0xff) | (dumped.at(at + 1) & 0xff) << 8;
    }

    /**
     * Tells an answer to DUMP.
     *
     * @return false if it is of a type that is not known here; nothing was told then
     * @throws StoreException of kind DAMAGED if it makes no sense
     */
    public static boolean tell(Slice key, Slice dumped, long expiresAtMillis, int chunkBytes, RecordSink to)
            throws StoreException {
        RecordType type = dumped.length() <= TRAILER_BYTES ? null : type(dumped.at(0) & 0xff);
        if (type == null) {
            return false;
        }
        to.begin(new RecordHeader(key, type, expiresAtMillis, Map.of()));
        Slice content = Slice.of(dumped.array(), dumped.offset() + 1, dumped.length() - 1 - TRAILER_BYTES);
        try {
            content(dumped.at(0) & 0xff, new RdbInput(content), chunkBytes, to);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "a serialised " + type + " of " + dumped.length() + " bytes makes no sense: " + e.getMessage(),
                    e);
        }
        to.end();
        return true;
    }

    /** Tells the elements of a value of a known type. */
    static void content(int code, RdbInput in, int chunkBytes, RecordSink to) throws StoreException {
        Slice one = new Slice();
        switch (code) {
            case 0 -> in.chunks(chunkBytes, to);
            case 1 -> {
                for (int left = in.count(); left > 0; left--) {
                    to.item(in.string(one));
                }
            }
            case 2 -> {
                for (int left = in.count(); left > 0; left--) {
                    to.member(in.string(one));
                }
            }
            case 3, 5 -> scored(in, code == 5, to);
            case 4 -> fields(in, to);
            case 11 -> intset(in.string(one), to);
            case 10 -> items(PackedList.ziplist(in.string(one)), to);
            case 14, 18 -> quicklist(in, code == 18, to);
            case 20 -> members(PackedList.listpack(in.string(one)), to);
            case 12, 17 -> scored(packed(in, code == 12), to);
            case 13, 16 -> fields(packed(in, code == 13), to);
            case 24 -> expiringFields(in, to);
            case 25 -> {
                in.skip(8);
                expiringFields(packed(in, false), to);
            }
            default -> new RdbStream(in, code, to).tell();
        }
    }

    private static PackedList packed(RdbInput in, boolean ziplist) {
        Slice all = in.string(new Slice());
        return ziplist ? PackedList.ziplist(all) : PackedList.listpack(all);
    }

    private static void scored(RdbInput in, boolean binary, RecordSink to) throws StoreException {
        Slice member = new Slice();
        Slice text = new Slice();
        for (int left = in.count(); left > 0; left--) {
            in.string(member);
            double score;
            if (binary) {
                score = in.littleEndianDouble();
            } else {
                int length = in.one();
                score = switch (length) {
                    case 253 -> Double.NaN;
                    case 254 -> Double.POSITIVE_INFINITY;
                    case 255 -> Double.NEGATIVE_INFINITY;
                    default -> Scores.parse(in.raw(length, text));
                };
            }
            to.scored(member, score);
        }
    }

    private static void fields(RdbInput in, RecordSink to) throws StoreException {
        Slice name = new Slice();
        Slice value = new Slice();
        for (int left = in.count(); left > 0; left--) {
            in.string(name);
            to.field(name, in.string(value), RecordHeader.NO_EXPIRY);
        }
    }

    private static void intset(Slice all, RecordSink to) throws StoreException {
        RdbInput in = new RdbInput(all);
        int width = (int) in.littleEndian(4);
        if (width != 2 && width != 4 && width != 8) {
            throw new IllegalArgumentException("integers of " + width + " bytes");
        }
        Slice member = new Slice();
        for (long left = in.littleEndian(4); left > 0; left--) {
            to.member(RdbInput.digits(in.signed(width), member));
        }
    }

    private static void quicklist(RdbInput in, boolean second, RecordSink to) throws StoreException {
        Slice node = new Slice();
        for (int left = in.count(); left > 0; left--) {
            boolean plain = second && in.length() == 1;
            in.string(node);
            if (plain) {
                to.item(node);
            } else {
                items(second ? PackedList.listpack(node) : PackedList.ziplist(node), to);
            }
        }
    }

    private static void items(PackedList list, RecordSink to) throws StoreException {
        Slice one = new Slice();
        while (list.more()) {
            to.item(list.next(one));
        }
    }

    private static void members(PackedList list, RecordSink to) throws StoreException {
        Slice one = new Slice();
        while (list.more()) {
            to.member(list.next(one));
        }
    }

    private static void scored(PackedList list, RecordSink to) throws StoreException {
        Slice member = new Slice();
        Slice scratch = new Slice();
        while (list.more()) {
            list.next(member);
            to.scored(member, list.score(scratch));
        }
    }

    private static void fields(PackedList list, RecordSink to) throws StoreException {
        Slice name = new Slice();
        Slice value = new Slice();
        while (list.more()) {
            list.next(name);
            to.field(name, list.next(value), RecordHeader.NO_EXPIRY);
        }
    }

    /** Expiries count from the soonest one, which is 1; 0 is none. */
    private static void expiringFields(RdbInput in, RecordSink to) throws StoreException {
        long soonest = in.littleEndian(8);
        Slice name = new Slice();
        Slice value = new Slice();
        for (int left = in.count(); left > 0; left--) {
            long expiry = in.length();
            in.string(name);
            to.field(name, in.string(value), expiry == 0 ? RecordHeader.NO_EXPIRY : soonest + expiry - 1);
        }
    }

    private static void expiringFields(PackedList list, RecordSink to) throws StoreException {
        Slice name = new Slice();
        Slice value = new Slice();
        Slice scratch = new Slice();
        while (list.more()) {
            list.next(name);
            list.next(value);
            long expiry = list.number(scratch);
            to.field(name, value, expiry == 0 ? RecordHeader.NO_EXPIRY : expiry);
        }
    }
}
