package io.kvops.stores.data.rocksdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.AbsentStore;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.SortedStore;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.rocksdb.Families.Family;
import io.kvops.stores.data.rocksdb.Families.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * One column family, or the whole database. It has no expiry here: what the database's own TTL mode keeps is not told apart from
 * values. A scan sees the records of the instant when its reader was made, and all scans of a store that is only read the same.
 */
final class RocksStore extends SortedStore {
    static final String NAME = "rocksdb";

    private static final long MAX_KEY_BYTES = 8 << 20;
    private static final long MAX_VALUE_BYTES = 1 << 30;
    private static final long READ_AHEAD_BYTES = 2 << 20;

    private final Database database;
    private final Families families;

    /** Whether the database is somebody else's to close. */
    private final boolean lent;

    private RocksStore(StoreAddress address, OpenOptions opened, Database database, boolean lent) {
        super(address, opened, capabilities(opened));
        this.lent = lent;
        this.database = database;
        this.families = database.families();
    }

    private static Capabilities capabilities(OpenOptions opened) {
        return Capabilities.ofBytes(MAX_KEY_BYTES, MAX_VALUE_BYTES, opened.readOnly(), !opened.readOnly())
                .withLog();
    }

    static DataStore openToPlan(StoreAddress address, OpenOptions opened) throws StoreException {
        return Database.has(address) ? open(address, opened.reading()) : AbsentStore.at(address, capabilities(opened));
    }

    static RocksStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        return new RocksStore(address, opened, Database.open(address, opened), false);
    }

    @Override
    public StoreDescription describe() {
        String names =
                String.join(", ", families.all().stream().map(Family::name).toList());
        return new StoreDescription(NAME, NAME, "", "", "standalone", Map.of(), Map.of("families", names));
    }

    @Override
    public DataSize size() throws StoreException {
        long records = 0;
        long bytes = 0;
        try {
            RocksDB db = database.db();
            for (Family family : families.all()) {
                records += db.getLongProperty(family.handle(), "rocksdb.estimate-num-keys");
                bytes += db.getLongProperty(family.handle(), "rocksdb.live-sst-files-size")
                        + db.getLongProperty(family.handle(), "rocksdb.size-all-mem-tables");
            }
            return new DataSize(records, bytes, false);
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    /** Of each family, between the first keys of files, as many as there are; in even steps where there are too few. */
    @Override
    public List<ScanPart> split(int wanted) {
        List<LiveFileMetaData> files = database.db().getLiveFilesMetaData();
        List<ScanPart> all = new ArrayList<>();
        for (Family family : families.all()) {
            all.addAll(parts(family.space(), bounds(family, files, wanted)));
        }
        return all;
    }

    private List<Slice> bounds(Family family, List<LiveFileMetaData> files, int wanted) {
        byte[] name = family.name().getBytes(StandardCharsets.UTF_8);
        TreeSet<Slice> starts = new TreeSet<>();
        for (LiveFileMetaData file : files) {
            if (Arrays.equals(file.columnFamilyName(), name)) {
                starts.add(Slice.of(file.smallestKey()));
            }
        }
        if (starts.size() < wanted) {
            return steps(family, wanted);
        }
        List<Slice> bounds = new ArrayList<>(starts);
        List<Slice> some = new ArrayList<>();
        for (int i = 1; i < wanted; i++) {
            some.add(bounds.get((int) ((long) bounds.size() * i / wanted)));
        }
        return some;
    }

    private List<Slice> steps(Family family, int wanted) {
        try (RocksIterator iterator = database.db().newIterator(family.handle())) {
            iterator.seekToFirst();
            if (!iterator.isValid()) {
                return List.of();
            }
            Slice first = Slice.of(iterator.key());
            iterator.seekToLast();
            return iterator.isValid() ? KeyRange.steps(first, Slice.of(iterator.key()), wanted) : List.of();
        }
    }

    @Override
    protected boolean isSpace(String name) {
        return families.ofSpace(name) != null;
    }

    @Override
    protected Entries entries(String space, KeyRange range) throws StoreException {
        Family family = families.ofSpace(space);
        if (family == null) {
            throw new StoreException(
                    Kind.UNREACHABLE, address() + " has no more the column family of a part; begin anew");
        }
        return new Range(family, range);
    }

    @Override
    protected byte @Nullable [] value(Slice key) throws StoreException {
        Place place = families.find(key);
        try {
            return place == null ? null : database.db().get(place.family().handle(), place.key());
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new Writer(options);
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        try (WriteBatch batch = new WriteBatch();
                org.rocksdb.WriteOptions how = new org.rocksdb.WriteOptions()) {
            long there = 0;
            for (Slice key : new HashSet<>(keys)) {
                Place place = families.find(key);
                if (place != null && value(key) != null) {
                    batch.delete(place.family().handle(), place.key());
                    there++;
                }
            }
            database.db().write(how, batch);
            return there;
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    @Override
    public ChangeFeed changes(FeedOptions options) throws StoreException {
        OpenOptions reading = opened().reading();
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new StoreException(Kind.FULL, options.folder() + " can't be made: " + e.getMessage(), e);
        }
        Database secondary = Database.openSecondary(address(), reading, options.folder());
        return new RocksFeed(secondary, new RocksStore(address(), reading, secondary, true), options);
    }

    @Override
    public List<String> followingAdvice(FeedOptions options) {
        return List.of("RocksDB removes its log with the memtable that it was for; who writes should keep it longer"
                + " (WAL_ttl_seconds), or a copy that takes longer means another one");
    }

    @Override
    public void close() throws StoreException {
        if (!lent) {
            database.close();
        }
    }

    private final class Range implements Entries {
        private final org.rocksdb.ReadOptions how =
                new org.rocksdb.ReadOptions().setFillCache(false).setReadaheadSize(READ_AHEAD_BYTES);
        private final RocksIterator iterator;
        private final Family family;
        private final byte[] mark;
        private final @Nullable Slice before;
        private final Slice key = new Slice();
        private final Slice value = new Slice();
        private boolean begun;

        Range(Family family, KeyRange range) {
            this.family = family;
            this.mark = families.mark(family);
            this.before = range.before();
            this.iterator = database.db().newIterator(family.handle(), how);
            Slice from = range.from();
            if (from == null) {
                iterator.seekToFirst();
            } else {
                byte[] first = from.toBytes();
                iterator.seek(first);
                if (range.after() && iterator.isValid() && Arrays.equals(iterator.key(), first)) {
                    iterator.next();
                }
            }
        }

        @Override
        public boolean next() throws StoreException {
            if (begun) {
                iterator.next();
            }
            begun = true;
            if (!iterator.isValid()) {
                try {
                    iterator.status();
                } catch (RocksDBException e) {
                    throw database.failed(e);
                }
                return false;
            }
            byte[] found = iterator.key();
            Slice end = before;
            if (end != null && Slice.of(found).compareTo(end) >= 0) {
                return false;
            }
            key.set(found, 0, found.length);
            return true;
        }

        @Override
        public Slice key() {
            return key;
        }

        @Override
        public Slice told() {
            return families.name(key, family, mark);
        }

        @Override
        public Slice value() {
            byte[] found = iterator.value();
            return value.set(found, 0, found.length);
        }

        @Override
        public void close() {
            iterator.close();
            how.close();
        }
    }

    /** One write batch after the other. They are in the write-ahead log when flush returns, and on the disk after close. */
    private final class Writer extends ValueWriter {
        private final WriteBatch batch = new WriteBatch();
        private final org.rocksdb.WriteOptions how = new org.rocksdb.WriteOptions();
        private final Map<Slice, Boolean> waiting = new HashMap<>();
        private final boolean remembers;

        Writer(WriteOptions options) {
            super(capabilities(), options, opened().clock());
            remembers = options.conflict() != WriteOptions.Conflict.REPLACE;
        }

        @Override
        protected boolean has(Slice key) throws StoreException {
            Boolean put = waiting.get(key);
            return put != null ? put : RocksStore.this.value(key) != null;
        }

        @Override
        protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
                throws StoreException {
            Place place = families.place(key);
            try {
                batch.put(place.family().handle(), place.key(), bytes.toBytes());
                remember(key, true);
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        @Override
        protected void remove(Slice key) throws StoreException {
            Place place = families.find(key);
            if (place == null) {
                return;
            }
            try {
                batch.delete(place.family().handle(), place.key());
                remember(key, false);
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        private void remember(Slice key, boolean there) {
            if (remembers) {
                waiting.put(key.copy(), there);
            }
        }

        @Override
        protected void commit() throws StoreException {
            try {
                if (batch.count() > 0) {
                    database.db().write(how, batch);
                }
                batch.clear();
                waiting.clear();
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        @Override
        public void close() throws StoreException {
            try {
                database.db().flushWal(true);
            } catch (RocksDBException e) {
                throw database.failed(e);
            } finally {
                how.close();
                batch.close();
            }
        }
    }
}
