package io.kvops.stores.data.rocksdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/**
 * Column families of a database, and what their keys are called. Where the store is one family, they are called as they are. Where it
 * is the whole database, so are those of the family {@code default}; before those of any other, and before a key that looks so, is {@code 00
 * kvops:cf:}, the family's name, and {@code 00}. So each key of the database has a name of its own, and each name is a key. Any thread.
 */
final class Families {
    static final String DEFAULT = "default";

    private static final byte[] MARK = "\0kvops:cf:".getBytes(StandardCharsets.US_ASCII);

    /** Makes a family that is not there. */
    interface Maker {
        ColumnFamilyHandle make(String name) throws StoreException;
    }

    /** A family. */
    record Family(String name, ColumnFamilyHandle handle) {
        /** How its parts are called. */
        String space() {
            return name.equals(DEFAULT)
                    ? RocksStore.NAME
                    : RocksStore.NAME + "." + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A key in its family. */
    static final class Place {
        private final Family family;
        private final byte[] key;

        Place(Family family, byte[] key) {
            this.family = family;
            this.key = key;
        }

        Family family() {
            return family;
        }

        byte[] key() {
            return key;
        }
    }

    private final boolean whole;
    private final Maker maker;
    private final Map<String, Family> families = new LinkedHashMap<>();
    /** Where keys without a mark are. */
    private volatile @Nullable Family main;

    /** @param whole whether the store is the whole database */
    Families(boolean whole, Maker maker) {
        this.whole = whole;
        this.maker = maker;
    }

    /** Whether each family of the database is one of them. */
    boolean isWhole() {
        return whole;
    }

    synchronized void add(String name, ColumnFamilyHandle handle) throws StoreException {
        if (whole && name.indexOf(0) >= 0) {
            throw new StoreException(
                    Kind.UNSUPPORTED, "the name of a column family has a byte 0; name one family at a time with ?cf=");
        }
        Family family = new Family(name, handle);
        families.put(name, family);
        if (!whole || name.equals(DEFAULT)) {
            main = family;
        }
    }

    synchronized List<Family> all() {
        return List.copyOf(families.values());
    }

    /** The family of a part. */
    synchronized @Nullable Family ofSpace(String space) {
        for (Family family : families.values()) {
            if (family.space().equals(space)) {
                return family;
            }
        }
        return null;
    }

    /** Where the key of that name is; null if its family is not there. */
    @Nullable
    Place find(Slice name) throws StoreException {
        int end = end(name);
        if (end < 0) {
            Family family = main;
            return family == null ? null : new Place(family, name.toBytes());
        }
        Family family = named(family(name, end));
        return family == null ? null : new Place(family, key(name, end));
    }

    /** The same, and makes the family. */
    Place place(Slice name) throws StoreException {
        Place found = find(name);
        if (found != null) {
            return found;
        }
        // the database always has its default family
        int end = end(name);
        return new Place(make(family(name, end)), key(name, end));
    }

    private synchronized @Nullable Family named(String name) {
        return families.get(name);
    }

    private synchronized Family make(String name) throws StoreException {
        Family family = families.get(name);
        if (family == null) {
            family = new Family(name, maker.make(name));
            families.put(name, family);
        }
        return family;
    }

    /** Where the mark of a key's name ends, at its last byte; -1 if it has none. */
    private int end(Slice name) {
        if (!whole || !isMarked(name)) {
            return -1;
        }
        int end = MARK.length;
        while (end < name.length() && name.at(end) != 0) {
            end++;
        }
        return end < name.length() && end > MARK.length ? end : -1;
    }

    private static boolean isMarked(Slice name) {
        return name.length() > MARK.length
                && name.at(0) == 0
                && Arrays.equals(name.array(), name.offset(), name.offset() + MARK.length, MARK, 0, MARK.length);
    }

    private static String family(Slice name, int end) {
        return new String(name.array(), name.offset() + MARK.length, end - MARK.length, StandardCharsets.UTF_8);
    }

    private static byte[] key(Slice name, int end) {
        return Arrays.copyOfRange(name.array(), name.offset() + end + 1, name.offset() + name.length());
    }

    /** What comes before each key of a family in its name; empty for none. */
    byte[] mark(Family family) {
        if (!whole || family.name().equals(DEFAULT)) {
            return new byte[0];
        }
        return marked(family);
    }

    private static byte[] marked(Family family) {
        byte[] name = family.name().getBytes(StandardCharsets.UTF_8);
        byte[] mark = Arrays.copyOf(MARK, MARK.length + name.length + 1);
        System.arraycopy(name, 0, mark, MARK.length, name.length);
        return mark;
    }

    /**
     * The name of a key.
     *
     * @param mark of its family
     */
    Slice name(Slice key, Family family, byte[] mark) {
        byte[] before = mark.length == 0 && end(key) >= 0 ? marked(family) : mark;
        if (before.length == 0) {
            return key;
        }
        byte[] name = Arrays.copyOf(before, before.length + key.length());
        System.arraycopy(key.array(), key.offset(), name, before.length, key.length());
        return Slice.of(name);
    }
}
