package io.kvops.stores.data.lmdb;

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
import io.kvops.stores.data.WriteOptions;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/** One database. Keys and values are copied, so that no access to the JDK's internals is needed. */
final class LmdbStore extends SortedStore {
    static final String NAME = "lmdb";

    private static final long MAX_VALUE_BYTES = 1 << 30;
    /** As the library is built. */
    private static final int MAX_KEY_BYTES = 511;

    private static final long FIRST_MAP_BYTES = 1L << 30;
    private static final int MAX_DATABASES = 128;
    /** At a time; far more than threads. */
    private static final int MAX_TRANSACTIONS = 1 << 20;

    private static final long GROW_SECONDS = 30;

    private final Env<byte[]> env;
    private final Dbi<byte[]> dbi;
    /** The map must not move while a transaction looks into it: that ends the process. In their order, so that it can move once. */
    private final Semaphore transactions = new Semaphore(MAX_TRANSACTIONS, true);

    private @Nullable WriteHold hold;

    private LmdbStore(StoreAddress address, OpenOptions opened, Env<byte[]> env, Dbi<byte[]> dbi) {
        super(address, opened, Capabilities.ofBytes(env.getMaxKeySize(), MAX_VALUE_BYTES, false, !opened.readOnly()));
        this.env = env;
        this.dbi = dbi;
    }

    static DataStore openToPlan(StoreAddress address, OpenOptions opened) throws StoreException {
        if (data(address).exists()) {
            // a lock file that is not there would be made
            boolean used = lock(address).exists();
            try {
                return open(address, opened.reading(), used ? List.of() : List.of(EnvFlags.MDB_NOLOCK));
            } catch (StoreException e) {
                if (!(e.getCause() instanceof Dbi.KeyNotFoundException)) {
                    throw e;
                }
            }
        }
        return AbsentStore.at(address, Capabilities.ofBytes(MAX_KEY_BYTES, MAX_VALUE_BYTES, false, true));
    }

    static LmdbStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        File path = new File(address.path());
        if (opened.readOnly() && !data(address).exists()) {
            throw new StoreException(
                    Kind.UNREACHABLE, path + " is no LMDB: " + data(address) + " is not there; check the path");
        }
        if (!opened.readOnly() && !path.exists() && !path.mkdirs()) {
            throw new StoreException(Kind.UNREACHABLE, path + " can't be made; check its permissions");
        }
        return open(address, opened, List.of());
    }

    /** Of a folder, or of a database that is a file itself. */
    private static File data(StoreAddress address) {
        File path = new File(address.path());
        return path.isFile() ? path : new File(path, "data.mdb");
    }

    private static File lock(StoreAddress address) {
        File path = new File(address.path());
        return path.isFile() ? new File(path + "-lock") : new File(path, "lock.mdb");
    }

    private static LmdbStore open(StoreAddress address, OpenOptions opened, List<EnvFlags> more) throws StoreException {
        File path = new File(address.path());
        List<EnvFlags> flags = new ArrayList<>(more);
        flags.add(EnvFlags.MDB_NOTLS);
        if (path.isFile()) {
            flags.add(EnvFlags.MDB_NOSUBDIR);
        }
        if (opened.readOnly()) {
            flags.add(EnvFlags.MDB_RDONLY_ENV);
        }
        Env<byte[]> env = null;
        try {
            env = Env.create(ByteArrayProxy.PROXY_BA)
                    .setMapSize(Math.max(FIRST_MAP_BYTES, data(address).length()))
                    .setMaxDbs(MAX_DATABASES)
                    .open(path, flags.toArray(EnvFlags[]::new));
            String name = address.options().get("db");
            Dbi<byte[]> dbi =
                    opened.readOnly() || name == null ? env.openDbi(name) : env.openDbi(name, DbiFlags.MDB_CREATE);
            return new LmdbStore(address, opened, env, dbi);
        } catch (LmdbException e) {
            if (env != null) {
                env.close();
            }
            throw failed(address, e);
        }
    }

    static StoreException failed(StoreAddress address, LmdbException e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof Dbi.KeyNotFoundException) {
            return new StoreException(Kind.UNREACHABLE, address + " has no such database; check the name", e);
        }
        Kind kind = e instanceof Env.MapFullException || text.contains("ENOSPC") || text.contains("No space")
                ? Kind.FULL
                : text.contains("CORRUPTED") || text.contains("INVALID") ? Kind.DAMAGED : Kind.UNREACHABLE;
        return new StoreException(kind, address + " failed: " + text, e);
    }

    Env<byte[]> env() {
        return env;
    }

    Dbi<byte[]> dbi() {
        return dbi;
    }

    StoreException failed(LmdbException e) {
        return failed(address(), e);
    }

    /** What a transaction is needed for. */
    interface Use<T> {
        T of() throws StoreException;
    }

    /** Uses transactions, which are closed when it returns. */
    <T> T use(Use<T> use) throws StoreException {
        transactions.acquireUninterruptibly();
        try {
            return use.of();
        } catch (LmdbException e) {
            throw failed(e);
        } finally {
            transactions.release();
        }
    }

    /** Makes the map twice as large, as soon as no transaction of this store is open. */
    void grow(LmdbException full) throws StoreException {
        boolean alone = false;
        try {
            alone = transactions.tryAcquire(MAX_TRANSACTIONS, GROW_SECONDS, TimeUnit.SECONDS);
            if (!alone) {
                throw new StoreException(
                        Kind.FULL,
                        address() + "'s map is full, and can't grow while it is read: it was for " + GROW_SECONDS
                                + " s; try again when its readers are closed",
                        full);
            }
            env.setMapSize(env.info().mapSize * 2);
        } catch (LmdbException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.UNREACHABLE, "interrupted while " + address() + " was to grow", e);
        } finally {
            if (alone) {
                transactions.release(MAX_TRANSACTIONS);
            }
        }
    }

    @Override
    public DataSize size() throws StoreException {
        return use(() -> {
            try (Txn<byte[]> txn = env.txnRead()) {
                var stat = dbi.stat(txn);
                return new DataSize(
                        stat.entries, (stat.branchPages + stat.leafPages + stat.overflowPages) * stat.pageSize, true);
            }
        });
    }

    /** The number of the last transaction. */
    @Override
    public String lastChange() throws StoreException {
        return use(() -> Long.toString(env.info().lastTransactionId));
    }

    @Override
    public boolean holdsWrites() {
        return true;
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        checkWritable();
        close(hold);
        hold = WriteHold.begin(env, atMost);
        return hold.isHeld();
    }

    private static void close(@Nullable WriteHold hold) {
        if (hold != null) {
            hold.close();
        }
    }

    /** In even steps between the first and the last key. */
    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        return parts(NAME, use(() -> {
            try (Txn<byte[]> txn = env.txnRead();
                    Cursor<byte[]> cursor = dbi.openCursor(txn)) {
                if (!cursor.seek(SeekOp.MDB_FIRST)) {
                    return List.of();
                }
                Slice first = Slice.of(cursor.key());
                cursor.seek(SeekOp.MDB_LAST);
                return KeyRange.steps(first, Slice.of(cursor.key()), wanted);
            }
        }));
    }

    @Override
    protected Entries entries(String space, KeyRange range) throws StoreException {
        transactions.acquireUninterruptibly();
        boolean opened = false;
        try {
            Range entries = new Range(range);
            opened = true;
            return entries;
        } catch (LmdbException e) {
            throw failed(e);
        } finally {
            if (!opened) {
                transactions.release();
            }
        }
    }

    @Override
    protected byte @Nullable [] value(Slice key) throws StoreException {
        Optional<byte[]> found = use(() -> {
            try (Txn<byte[]> txn = env.txnRead()) {
                return fits(key) ? Optional.ofNullable(dbi.get(txn, key.toBytes())) : Optional.empty();
            }
        });
        return found.orElse(null);
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new LmdbWriter(this, options);
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        return use(() -> {
            try (Txn<byte[]> txn = env.txnWrite()) {
                long there = 0;
                for (Slice key : new HashSet<>(keys)) {
                    if (fits(key) && dbi.delete(txn, key.toBytes())) {
                        there++;
                    }
                }
                txn.commit();
                return there;
            }
        });
    }

    boolean fits(Slice key) {
        return key.length() > 0 && key.length() <= capabilities().maxKeyBytes();
    }

    @Override
    public void close() {
        close(hold);
        env.close();
    }

    /** It sees the instant when it was made. */
    private final class Range implements Entries {
        private final @Nullable Slice before;
        private final Txn<byte[]> txn = env.txnRead();
        private final Cursor<byte[]> cursor = dbi.openCursor(txn);
        private final Slice key = new Slice();
        /** Whether the cursor is at the first entry, to which it was not gone yet. */
        private boolean ahead;

        private final boolean empty;
        private boolean closed;

        Range(KeyRange range) {
            before = range.before();
            Slice from = range.from();
            if (from == null) {
                ahead = cursor.seek(SeekOp.MDB_FIRST);
            } else {
                byte[] first = from.toBytes();
                ahead = cursor.get(first, GetOp.MDB_SET_RANGE);
                if (ahead && range.after() && Arrays.equals(cursor.key(), first)) {
                    ahead = cursor.seek(SeekOp.MDB_NEXT);
                }
            }
            empty = !ahead;
        }

        @Override
        public boolean next() throws StoreException {
            try {
                if (!ahead && (empty || !cursor.seek(SeekOp.MDB_NEXT))) {
                    return false;
                }
                ahead = false;
                byte[] found = cursor.key();
                Slice end = before;
                if (end != null && Slice.of(found).compareTo(end) >= 0) {
                    return false;
                }
                key.set(found, 0, found.length);
                return true;
            } catch (LmdbException e) {
                throw failed(e);
            }
        }

        @Override
        public Slice key() {
            return key;
        }

        @Override
        public Slice value() {
            return Slice.of(cursor.val());
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                cursor.close();
                txn.close();
                transactions.release();
            }
        }
    }
}
