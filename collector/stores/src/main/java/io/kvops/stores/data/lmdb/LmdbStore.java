package io.kvops.stores.data.lmdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.AbsentStore;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.Envelope;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
final class LmdbStore implements DataStore {
    static final String NAME = "lmdb";

    private static final long MAX_VALUE_BYTES = 1 << 30;
    /** As the library is built. */
    private static final int MAX_KEY_BYTES = 511;

    private static final long FIRST_MAP_BYTES = 1L << 30;
    private static final int MAX_DATABASES = 128;

    private final StoreAddress address;
    private final OpenOptions opened;
    private final Env<byte[]> env;
    private final Dbi<byte[]> dbi;
    private final Capabilities capabilities;

    private LmdbStore(StoreAddress address, OpenOptions opened, Env<byte[]> env, Dbi<byte[]> dbi) {
        this.address = address;
        this.opened = opened;
        this.env = env;
        this.dbi = dbi;
        this.capabilities = Capabilities.ofBytes(env.getMaxKeySize(), MAX_VALUE_BYTES, false, !opened.readOnly());
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

    OpenOptions opened() {
        return opened;
    }

    StoreException failed(LmdbException e) {
        return failed(address, e);
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
        try (Txn<byte[]> txn = env.txnRead()) {
            var stat = dbi.stat(txn);
            return new DataSize(
                    stat.entries, (stat.branchPages + stat.leafPages + stat.overflowPages) * stat.pageSize, true);
        } catch (LmdbException e) {
            throw failed(e);
        }
    }

    /** In even steps between the first and the last key. */
    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        List<Slice> bounds = List.of();
        try (Txn<byte[]> txn = env.txnRead();
                Cursor<byte[]> cursor = dbi.openCursor(txn)) {
            if (cursor.seek(SeekOp.MDB_FIRST)) {
                Slice first = Slice.of(cursor.key());
                cursor.seek(SeekOp.MDB_LAST);
                bounds = KeyRange.steps(first, Slice.of(cursor.key()), wanted);
            }
        } catch (LmdbException e) {
            throw failed(e);
        }
        return KeyRange.between(bounds).stream().map(r -> r.part(NAME)).toList();
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        KeyRange range = KeyRange.parse(NAME, part);
        try {
            return new Scan(range, options);
        } catch (LmdbException e) {
            throw failed(e);
        }
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) {
        return new Named(keys, options);
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new LmdbWriter(this, options);
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        try (Txn<byte[]> txn = env.txnWrite()) {
            long there = 0;
            for (Slice key : new HashSet<>(keys)) {
                if (fits(key) && dbi.delete(txn, key.toBytes())) {
                    there++;
                }
            }
            txn.commit();
            return there;
        } catch (LmdbException e) {
            throw failed(e);
        }
    }

    boolean fits(Slice key) {
        return key.length() > 0 && key.length() <= capabilities.maxKeyBytes();
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public void close() {
        env.close();
    }

    /** It sees the instant when it was made. */
    private final class Scan implements RecordReader {
        private final ReadOptions options;
        private final Txn<byte[]> txn = env.txnRead();
        private final Cursor<byte[]> cursor = dbi.openCursor(txn);
        private KeyRange range;
        private boolean there;
        private byte @Nullable [] last;

        Scan(KeyRange range, ReadOptions options) {
            this.range = range;
            this.options = options;
            Slice from = range.from();
            if (from == null) {
                there = cursor.seek(SeekOp.MDB_FIRST);
            } else {
                byte[] first = from.toBytes();
                there = cursor.get(first, GetOp.MDB_SET_RANGE);
                if (there && range.after() && Arrays.equals(cursor.key(), first)) {
                    there = cursor.seek(SeekOp.MDB_NEXT);
                }
            }
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            try {
                while (there) {
                    byte[] bytes = cursor.key();
                    Slice key = Slice.of(bytes);
                    Slice before = range.before();
                    if (before != null && key.compareTo(before) >= 0) {
                        return false;
                    }
                    boolean wanted = options.keys().test(key);
                    if (wanted) {
                        Slice value = Slice.of(cursor.val());
                        Envelope.tell(key, value, RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                    }
                    last = bytes;
                    there = cursor.seek(SeekOp.MDB_NEXT);
                    if (wanted) {
                        return true;
                    }
                }
                return false;
            } catch (LmdbException e) {
                throw failed(e);
            }
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
            cursor.close();
            txn.close();
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
            try (Txn<byte[]> txn = env.txnRead()) {
                while (at < keys.size()) {
                    Slice key = keys.get(at++);
                    byte[] found = fits(key) && options.keys().test(key) ? dbi.get(txn, key.toBytes()) : null;
                    if (found != null) {
                        Slice value = Slice.of(found);
                        Envelope.tell(key, value, RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                        return true;
                    }
                }
                return false;
            } catch (LmdbException e) {
                throw failed(e);
            }
        }

        @Override
        public ScanPart rest() {
            return KeyRange.ALL.part(NAME);
        }

        @Override
        public void close() {}
    }
}
