package io.kvops.stores.data.rocksdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangeSink;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.rocksdb.Families.Family;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.TransactionLogIterator;
import org.rocksdb.WriteBatch;

/**
 * Which keys of a store's column families change, by the write-ahead log (https://github.com/facebook/rocksdb/wiki/Replication-Helpers), read
 * by a secondary instance: the process that writes goes on, and does not notice. Positions are sequence numbers. Where the log of
 * a sequence number is gone RocksDB begins at a later one without a word, so that each one is looked at. For one thread.
 */
final class RocksFeed implements ChangeFeed {
    private static final int MAX_UPDATES = 4_096;
    private static final long STEP_NANOS = 20_000_000;
    private static final long LOOK_NANOS = 1_000_000_000L;
    /** A file of the log may be on its way to another name when it is looked for; not so often. */
    private static final int MAX_EMPTY_LOOKS = 5;

    private final Database database;
    private final DataStore records;
    private final FeedOptions options;
    private long applied;
    private long behindSince = -1;
    private long looked;
    /** Whether it is to be looked at the families before anything is taken for reached. */
    private boolean lookWanted;
    /** How often the log had nothing of what is behind. */
    private int emptyLooks;

    /**
     * @param database a secondary one, closed with this
     * @param records reads from it
     */
    RocksFeed(Database database, DataStore records, FeedOptions options) {
        this.database = database;
        this.records = records;
        this.options = options;
    }

    @Override
    public void open(String position) throws StoreException, ChangesLostException {
        looked = options.nanos().getAsLong() - LOOK_NANOS;
        long latest = latest();
        applied = position.isEmpty() ? latest : Long.parseLong(position);
        if (applied > latest) {
            throw new ChangesLostException(
                    "the database is at " + latest + ", before " + applied + "; is it another one?");
        }
        if (applied < latest) {
            try (TransactionLogIterator log = database.db().getUpdatesSince(applied + 1)) {
                first(log);
            } catch (RocksDBException e) {
                throw gone(e);
            }
        }
    }

    @Override
    public DataStore records() {
        return records;
    }

    private long latest() throws StoreException {
        try {
            database.db().tryCatchUpWithPrimary();
            return database.db().getLatestSequenceNumber();
        } catch (RocksDBException e) {
            throw database.failed(e);
        }
    }

    private ChangesLostException gone(RocksDBException e) {
        return new ChangesLostException("its log since " + applied + " can't be read (" + e.getMessage()
                + "); let who writes keep it longer: WAL_ttl_seconds");
    }

    private void first(TransactionLogIterator log) throws ChangesLostException {
        if (log.isValid()) {
            contiguous(log.getBatch().sequenceNumber());
        }
    }

    private void contiguous(long sequence) throws ChangesLostException {
        if (sequence > applied + 1) {
            throw new ChangesLostException("its log has nothing between " + applied + " and " + sequence
                    + "; let who writes keep it longer: WAL_ttl_seconds");
        }
    }

    @Override
    public String position() {
        return Long.toString(applied);
    }

    @Override
    public int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        lookAtFamilies();
        long until = options.nanos().getAsLong() + atMost.toNanos();
        while (latest() <= applied) {
            long left = until - options.nanos().getAsLong();
            if (left <= 0) {
                return 0;
            }
            LockSupport.parkNanos(this, Math.min(left, STEP_NANOS));
        }
        int passed = 0;
        try (TransactionLogIterator log = database.db().getUpdatesSince(applied + 1);
                Keys keys = new Keys(database.families(), to)) {
            for (; log.isValid() && passed < MAX_UPDATES; log.next()) {
                TransactionLogIterator.BatchResult batch = log.getBatch();
                contiguous(batch.sequenceNumber());
                try (WriteBatch updates = batch.writeBatch()) {
                    updates.iterate(keys);
                    int count = updates.count();
                    // one without a change has the number of the one after it
                    applied = Math.max(applied, batch.sequenceNumber() + count - 1);
                    passed += Math.max(1, count);
                }
            }
            if (keys.unsupported != null) {
                throw new StoreException(StoreException.Kind.UNSUPPORTED, keys.unsupported);
            }
            if (keys.lost != null) {
                throw new ChangesLostException(keys.lost);
            }
            empty(passed);
            return passed;
        } catch (RocksDBException e) {
            throw gone(e);
        }
    }

    /** A log that went with its memtable has nothing to tell, not even that something is missing. */
    private void empty(int passed) throws ChangesLostException {
        emptyLooks = passed > 0 ? 0 : emptyLooks + 1;
        if (emptyLooks >= MAX_EMPTY_LOOKS) {
            throw new ChangesLostException("its log has nothing behind " + applied
                    + " any more, where the database has changed; let who writes keep it longer: WAL_ttl_seconds");
        }
        if (passed == 0) {
            LockSupport.parkNanos(this, STEP_NANOS);
        }
    }

    /** The log has no word of a family that is made or dropped. */
    private void lookAtFamilies() throws StoreException, ChangesLostException {
        long now = options.nanos().getAsLong();
        if (!lookWanted && now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        lookWanted = false;
        List<String> there = database.namesNow();
        List<String> followed =
                database.families().all().stream().map(Family::name).toList();
        for (String name : followed) {
            if (there.contains(name)) {
                continue;
            }
            if (!database.families().isWhole()) {
                throw new StoreException(
                        StoreException.Kind.REFUSED,
                        "its column family " + name
                                + " was dropped: nothing is left to follow; the target has what it had:"
                                + " cancel the sync to keep that");
            }
            throw new ChangesLostException("its column family " + name + " was dropped");
        }
        if (database.families().isWhole() && there.size() > followed.size()) {
            throw new ChangesLostException("it has a column family more than before, of " + there);
        }
    }

    @Override
    public String end() throws StoreException {
        lookWanted = true;
        return Long.toString(latest());
    }

    @Override
    public boolean reached(String end) {
        return !lookWanted && applied >= Long.parseLong(end);
    }

    @Override
    public Lag lag() throws StoreException {
        long latest = latest();
        long now = options.nanos().getAsLong();
        behindSince = applied >= latest ? -1 : behindSince < 0 ? now : behindSince;
        return new Lag(Math.max(0, latest - applied), "updates", behindSince < 0 ? 0 : now - behindSince);
    }

    @Override
    public void close() throws StoreException {
        database.close();
    }

    /** Tells the keys of the families. */
    private static final class Keys extends WriteBatch.Handler {
        private final Families families;
        private final Map<Integer, Family> byId = new HashMap<>();
        private final ChangeSink to;
        private @Nullable String lost;
        private @Nullable String unsupported;

        Keys(Families families, ChangeSink to) {
            this.families = families;
            this.to = to;
            for (Family family : families.all()) {
                byId.put(family.handle().getID(), family);
            }
        }

        private void key(int of, byte[] key) {
            Family family = byId.get(of);
            if (family != null) {
                to.changed(families.name(Slice.of(key), family, families.mark(family)));
            } else if (families.isWhole()) {
                // a secondary has the families of when it was opened
                lost = "a column family was made or dropped since";
            }
        }

        @Override
        public void put(int of, byte[] key, byte[] value) {
            key(of, key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            key(0, key);
        }

        @Override
        public void merge(int of, byte[] key, byte[] value) {
            key(of, key);
        }

        @Override
        public void merge(byte[] key, byte[] value) {
            key(0, key);
        }

        @Override
        public void delete(int of, byte[] key) {
            key(of, key);
        }

        @Override
        public void delete(byte[] key) {
            key(0, key);
        }

        @Override
        public void singleDelete(int of, byte[] key) {
            key(of, key);
        }

        @Override
        public void singleDelete(byte[] key) {
            key(0, key);
        }

        @Override
        public void deleteRange(int of, byte[] from, byte[] before) {
            if (families.isWhole() || byId.containsKey(of)) {
                deleteRange(from, before);
            }
        }

        @Override
        public void deleteRange(byte[] from, byte[] before) {
            lost = "a range of its keys was removed at once (DeleteRange)";
        }

        @Override
        public void putBlobIndex(int of, byte[] key, byte[] value) {
            key(of, key);
        }

        @Override
        public void logData(byte[] data) {}

        @Override
        public void markBeginPrepare() {
            // its keys come before it is committed, and never again
            unsupported =
                    "its log has transactions in two phases (Prepare), which can't be followed; copy it while nobody"
                            + " writes, or again with --only-different";
        }

        @Override
        public void markEndPrepare(byte[] transaction) {}

        @Override
        public void markNoop(boolean empty) {}

        @Override
        public void markRollback(byte[] transaction) {}

        @Override
        public void markCommit(byte[] transaction) {}

        @Override
        public void markCommitWithTimestamp(byte[] transaction, byte[] timestamp) {}
    }
}
