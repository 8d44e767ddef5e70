package io.kvops.stores.data.mvstore;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.AbsentStore;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.SortedStore;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/** One map. Parts are ranges in the map's own order, cut at keys that it counts. */
final class MvDataStore extends SortedStore {
    private static final String NAME = "mvstore";
    private static final long MAX_KEY_BYTES = 1 << 20;
    private static final long MAX_VALUE_BYTES = 256 << 20;

    private final MVStore file;
    private final MVMap<Object, Object> map;
    private final Texts texts;

    private MvDataStore(StoreAddress address, OpenOptions opened, MVStore file, MVMap<Object, Object> map)
            throws StoreException {
        super(address, opened, capabilities(opened));
        this.file = file;
        this.map = map;
        Object first = map.firstKey();
        this.texts = new Texts(address, first instanceof String, first != null && map.get(first) instanceof String);
    }

    private static Capabilities capabilities(OpenOptions opened) {
        return Capabilities.ofBytes(MAX_KEY_BYTES, MAX_VALUE_BYTES, opened.readOnly(), !opened.readOnly());
    }

    static DataStore openToPlan(StoreAddress address, OpenOptions opened) throws StoreException {
        if (Files.exists(Path.of(address.path()))) {
            OpenOptions reading = opened.reading();
            MVStore file = file(address, reading);
            if (file.hasMap(map(address))) {
                return of(address, reading, file);
            }
            file.closeImmediately();
        }
        return AbsentStore.at(address, capabilities(opened));
    }

    static MvDataStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        if (opened.readOnly() && !Files.exists(Path.of(address.path()))) {
            throw new StoreException(Kind.UNREACHABLE, address.path() + " is not there; check the path");
        }
        return of(address, opened, file(address, opened));
    }

    private static MVStore file(StoreAddress address, OpenOptions opened) throws StoreException {
        MVStore.Builder builder = new MVStore.Builder().fileName(address.path()).autoCommitDisabled();
        try {
            return (opened.readOnly() ? builder.readOnly() : builder).open();
        } catch (MVStoreException | IllegalArgumentException e) {
            throw failed(address.path(), e);
        }
    }

    private static String map(StoreAddress address) {
        return address.options().getOrDefault("map", "data");
    }

    private static MvDataStore of(StoreAddress address, OpenOptions opened, MVStore file) throws StoreException {
        String name = map(address);
        try {
            if (opened.readOnly() && !file.hasMap(name)) {
                throw new StoreException(
                        Kind.UNREACHABLE, address.path() + " has no map " + name + "; it has " + file.getMapNames());
            }
            return new MvDataStore(address, opened, file, file.openMap(name));
        } catch (StoreException e) {
            file.closeImmediately();
            throw e;
        } catch (RuntimeException e) {
            // what types of data of another version throw is not one kind
            file.closeImmediately();
            throw failed(address.path(), e);
        }
    }

    private static StoreException failed(String path, RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("locked")) {
            return new StoreException(Kind.UNREACHABLE, path + " is open elsewhere: " + text + "; close that first", e);
        }
        boolean damaged = text.contains("corrupt");
        return new StoreException(
                damaged ? Kind.DAMAGED : Kind.UNREACHABLE,
                path + (damaged ? " is damaged: " : " can't be read or written: ") + text,
                e);
    }

    @Override
    public DataSize size() {
        return new DataSize(map.sizeAsLong(), file.getFileStore().size(), true);
    }

    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        List<Slice> bounds = new ArrayList<>();
        long size = map.sizeAsLong();
        for (int i = 1; i < wanted && size >= wanted; i++) {
            bounds.add(Slice.of(texts.bytes(map.getKey(size * i / wanted))));
        }
        return parts(NAME, bounds);
    }

    @Override
    protected Entries entries(String space, KeyRange range) throws StoreException {
        return new Range(range);
    }

    @Override
    protected byte @Nullable [] value(Slice key) throws StoreException {
        Object value = map.get(texts.key(key));
        return value == null ? null : texts.bytes(value);
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new Writer(options);
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        try {
            long there = 0;
            for (Slice key : keys) {
                there += map.remove(texts.key(key)) == null ? 0 : 1;
            }
            file.commit();
            return there;
        } catch (MVStoreException e) {
            throw failed(address().path(), e);
        }
    }

    @Override
    public void close() throws StoreException {
        try {
            file.close();
        } catch (MVStoreException e) {
            throw failed(address().path(), e);
        }
    }

    private final class Range implements Entries {
        private final @Nullable Object before;
        private final Cursor<Object, Object> cursor;
        /** The key behind which it begins. */
        private final @Nullable Object after;

        private @Nullable Object key;

        Range(KeyRange range) throws StoreException {
            Slice from = range.from();
            Slice end = range.before();
            Object first = from == null ? null : texts.key(from);
            this.before = end == null ? null : texts.key(end);
            this.cursor = map.cursor(first);
            this.after = range.after() ? first : null;
        }

        @Override
        public boolean next() throws StoreException {
            try {
                while (cursor.hasNext()) {
                    Object found = cursor.next();
                    if (before != null && map.getKeyType().compare(found, before) >= 0) {
                        return false;
                    }
                    if (after == null || map.getKeyType().compare(found, after) != 0) {
                        key = found;
                        return true;
                    }
                }
                return false;
            } catch (MVStoreException e) {
                throw failed(address().path(), e);
            }
        }

        @Override
        public Slice key() throws StoreException {
            return Slice.of(texts.bytes(java.util.Objects.requireNonNull(key)));
        }

        @Override
        public Slice value() throws StoreException {
            return Slice.of(texts.bytes(cursor.getValue()));
        }

        @Override
        public void close() {}
    }

    /** What was flushed is committed. */
    private final class Writer extends ValueWriter {
        Writer(WriteOptions options) {
            super(capabilities(), options, opened().clock());
        }

        @Override
        protected boolean has(Slice key) throws StoreException {
            return map.containsKey(texts.key(key));
        }

        @Override
        protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
                throws StoreException {
            try {
                map.put(texts.key(key), texts.value(bytes));
            } catch (MVStoreException e) {
                throw failed(address().path(), e);
            }
        }

        @Override
        protected void remove(Slice key) throws StoreException {
            map.remove(texts.key(key));
        }

        @Override
        protected void commit() throws StoreException {
            try {
                file.commit();
            } catch (MVStoreException e) {
                throw failed(address().path(), e);
            }
        }

        @Override
        public void close() {}
    }
}
