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
import io.kvops.stores.data.Envelope;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
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
 * One column family. It has no expiry here: what the database's own TTL mode keeps is not told apart from values. A scan sees the
 * records of the instant when its reader was made, and all scans of a store that is only read the same.
 */
final class RocksStore implements DataStore {
    static final String NAME = "rocksdb";

    private static final long MAX_KEY_BYTES = 8 << 20;
    private static final long MAX_VALUE_BYTES = 1 << 30;
    private static final long READ_AHEAD_BYTES = 2 << 20;

    private final StoreAddress address;
    private final OpenOptions opened;
    private final Database database;
    private final Capabilities capabilities;

    /** Whether the database is somebody else's to close. */
    private final boolean lent;

    private RocksStore(StoreAddress address, OpenOptions opened, Database database, boolean lent) {
        this.lent = lent;
        this.address = address;
        this.opened = opened;
        this.database = database;
        this.capabilities = capabilities(opened);
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
        return StoreDescription.of(NAME);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() throws StoreException {
        try {
            RocksDB db = database.db();
            return new DataSize(
                    db.getLongProperty(database.family(), "rocksdb.estimate-num-keys"),
                    db.getLongProperty(database.family(), "rocksdb.live-sst-files-size")
                            + db.getLongProperty(database.family(), "rocksdb.size-all-mem-tables"),
                    false);
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    /** Between the first keys of files, as many as there are; in even steps where there are too few. */
    @Override
    public List<ScanPart> split(int wanted) {
        TreeSet<Slice> starts = new TreeSet<>();
        for (LiveFileMetaData file : database.db().getLiveFilesMetaData()) {
            if (Arrays.equals(file.columnFamilyName(), name())) {
                starts.add(Slice.of(file.smallestKey()));
            }
        }
        List<Slice> bounds = new ArrayList<>(starts);
        if (bounds.size() < wanted) {
            bounds = steps(wanted);
        } else {
            List<Slice> some = new ArrayList<>();
            for (int i = 1; i < wanted; i++) {
                some.add(bounds.get((int) ((long) bounds.size() * i / wanted)));
            }
            bounds = some;
        }
        return KeyRange.between(bounds).stream().map(r -> r.part(NAME)).toList();
    }

    private byte[] name() {
        return address.options().getOrDefault("cf", "default").getBytes(StandardCharsets.UTF_8);
    }

    private List<Slice> steps(int wanted) {
        try (RocksIterator iterator = database.db().newIterator(database.family())) {
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
    public RecordReader scan(ScanPart part, ReadOptions options) {
        return new Scan(KeyRange.parse(NAME, part), options);
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) {
        return new Named(keys, options);
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
                byte[] bytes = key.toBytes();
                if (database.db().get(database.family(), bytes) != null) {
                    batch.delete(database.family(), bytes);
                    there++;
                }
            }
            database.db().write(how, batch);
            return there;
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public ChangeFeed changes(FeedOptions options) throws StoreException {
        OpenOptions reading = opened.reading();
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new StoreException(Kind.FULL, options.folder() + " can't be made: " + e.getMessage(), e);
        }
        Database secondary = Database.openSecondary(address, reading, options.folder());
        return new RocksFeed(secondary, new RocksStore(address, reading, secondary, true), options);
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

    private final class Scan implements RecordReader {
        private final org.rocksdb.ReadOptions how =
                new org.rocksdb.ReadOptions().setFillCache(false).setReadaheadSize(READ_AHEAD_BYTES);
        private final RocksIterator iterator = database.db().newIterator(database.family(), how);
        private final ReadOptions options;
        private final Slice key = new Slice();
        private final Slice value = new Slice();
        private KeyRange range;
        private byte @Nullable [] last;

        Scan(KeyRange range, ReadOptions options) {
            this.range = range;
            this.options = options;
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
        public boolean next(RecordSink sink) throws StoreException {
            while (iterator.isValid()) {
                byte[] bytes = iterator.key();
                key.set(bytes, 0, bytes.length);
                Slice before = range.before();
                if (before != null && key.compareTo(before) >= 0) {
                    return false;
                }
                boolean wanted = options.keys().test(key);
                if (wanted) {
                    byte[] found = iterator.value();
                    value.set(found, 0, found.length);
                    Envelope.tell(key, value, RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                }
                last = bytes;
                iterator.next();
                if (wanted) {
                    return true;
                }
            }
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
            return false;
        }

        @Override
        public ScanPart rest() {
            byte[] bytes = last;
            if (bytes != null) {
                range = range.behind(Slice.of(bytes));
                last = null;
            }
            return range.part(NAME);
        }

        @Override
        public void close() {
            iterator.close();
            how.close();
        }
    }

    private final class Named implements RecordReader {
        private final List<Slice> keys;
        private final ReadOptions options;
        private int at;

        Named(List<Slice> keys, ReadOptions options) {
            this.keys = keys;
            this.options = options;
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            try {
                while (at < keys.size()) {
                    Slice key = keys.get(at++);
                    byte[] found =
                            options.keys().test(key) ? database.db().get(database.family(), key.toBytes()) : null;
                    if (found != null) {
                        Envelope.tell(
                                key, Slice.of(found), RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                        return true;
                    }
                }
                return false;
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        @Override
        public ScanPart rest() {
            return KeyRange.ALL.part(NAME);
        }

        @Override
        public void close() {}
    }

    /** One write batch after the other. They are in the write-ahead log when flush returns, and on the disk after close. */
    private final class Writer extends ValueWriter {
        private final WriteBatch batch = new WriteBatch();
        private final org.rocksdb.WriteOptions how = new org.rocksdb.WriteOptions();
        private final Map<Slice, Boolean> waiting = new HashMap<>();
        private final boolean remembers;

        Writer(WriteOptions options) {
            super(capabilities, options, opened.clock());
            remembers = options.conflict() != WriteOptions.Conflict.REPLACE;
        }

        @Override
        protected boolean has(Slice key) throws StoreException {
            Boolean put = waiting.get(key);
            try {
                return put != null ? put : database.db().get(database.family(), key.toBytes()) != null;
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        @Override
        protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
                throws StoreException {
            try {
                batch.put(database.family(), key.toBytes(), bytes.toBytes());
                remember(key, true);
            } catch (RocksDBException e) {
                throw database.failed(e);
            }
        }

        @Override
        protected void remove(Slice key) throws StoreException {
            try {
                batch.delete(database.family(), key.toBytes());
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
