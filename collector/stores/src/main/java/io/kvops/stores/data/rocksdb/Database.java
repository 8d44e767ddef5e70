package io.kvops.stores.data.rocksdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.OpenOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** An open database with the column families of a store. */
final class Database implements AutoCloseable {
    private final String path;
    private final RocksDB db;
    private final Families families;
    private final List<AutoCloseable> owned;

    private Database(StoreAddress address, RocksDB db, ColumnFamilyOptions familyOptions, List<AutoCloseable> owned) {
        this.path = address.path();
        this.db = db;
        this.owned = owned;
        this.families = new Families(isWhole(address), name -> make(name, familyOptions));
    }

    private ColumnFamilyHandle make(String name, ColumnFamilyOptions options) throws StoreException {
        try {
            ColumnFamilyHandle made =
                    db.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), options));
            owned.add(made);
            return made;
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    static Database open(StoreAddress address, OpenOptions opened) throws StoreException {
        return open(address, opened, address.options().get("secondary"));
    }

    /**
     * As it is, also while another process writes to it, and to be brought up to date.
     *
     * @param folder for a log of its own
     */
    static Database openSecondary(StoreAddress address, OpenOptions opened, Path folder) throws StoreException {
        return open(address, opened, folder.resolve("secondary").toString());
    }

    private static Database open(StoreAddress address, OpenOptions opened, @Nullable String secondary)
            throws StoreException {
        RocksDB.loadLibrary();
        String path = address.path();
        String name = family(address);
        boolean there = isThere(path);
        if (opened.readOnly() && !there) {
            throw new StoreException(Kind.UNREACHABLE, path + " is no RocksDB: it has no file CURRENT; check the path");
        }
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            return open(address, opened, name, there, secondary, owned);
        } catch (RocksDBException e) {
            close(owned, path);
            throw failed(path, e);
        } catch (StoreException | RuntimeException e) {
            close(owned, path);
            throw e;
        }
    }

    /** Whether database and column family are there. */
    static boolean has(StoreAddress address) throws StoreException {
        RocksDB.loadLibrary();
        try {
            return isThere(address.path()) && names(address.path(), true).contains(family(address));
        } catch (RocksDBException e) {
            throw failed(address.path(), e);
        }
    }

    private static boolean isThere(String path) {
        return Files.exists(Path.of(path, "CURRENT"));
    }

    private static boolean isWhole(StoreAddress address) {
        return !address.options().containsKey("cf");
    }

    private static String family(StoreAddress address) {
        return address.options().getOrDefault("cf", Families.DEFAULT);
    }

    private static Database open(
            StoreAddress address,
            OpenOptions opened,
            String name,
            boolean there,
            @Nullable String secondary,
            List<AutoCloseable> owned)
            throws RocksDBException, StoreException {
        String path = address.path();
        List<String> names = names(path, there);
        boolean known = names.contains(name);
        if (!known && opened.readOnly()) {
            throw new StoreException(
                    Kind.UNREACHABLE, path + " has no column family " + name + "; it has " + String.join(", ", names));
        }
        DBOptions options = new DBOptions()
                .setCreateIfMissing(!opened.readOnly())
                .setCreateMissingColumnFamilies(!opened.readOnly())
                .setMaxOpenFiles(-1);
        owned.add(options);
        ColumnFamilyOptions familyOptions = new ColumnFamilyOptions();
        owned.add(familyOptions);
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        for (String each : known ? names : with(names, name)) {
            families.add(new ColumnFamilyDescriptor(each.getBytes(StandardCharsets.UTF_8), familyOptions));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB db;
        if (!opened.readOnly()) {
            db = RocksDB.open(options, path, families, handles);
        } else if (secondary != null) {
            db = RocksDB.openAsSecondary(options, path, secondary, families, handles);
        } else {
            db = RocksDB.openReadOnly(options, path, families, handles);
        }
        owned.add(db);
        owned.addAll(handles);
        if (opened.readOnly() && secondary != null) {
            db.tryCatchUpWithPrimary();
        }
        Database database = new Database(address, db, familyOptions, owned);
        for (int i = 0; i < families.size(); i++) {
            String each = new String(families.get(i).getName(), StandardCharsets.UTF_8);
            if (isWhole(address) || name.equals(each)) {
                database.families.add(each, handles.get(i));
            }
        }
        return database;
    }

    private static List<String> with(List<String> names, String another) {
        List<String> all = new ArrayList<>(names);
        all.add(another);
        return all;
    }

    private static List<String> names(String path, boolean there) throws RocksDBException {
        List<String> names = new ArrayList<>();
        if (there) {
            try (Options options = new Options()) {
                for (byte[] name : RocksDB.listColumnFamilies(options, path)) {
                    names.add(new String(name, StandardCharsets.UTF_8));
                }
            }
        }
        return names.isEmpty() ? List.of(Families.DEFAULT) : names;
    }

    RocksDB db() {
        return db;
    }

    /** Names of the families that the database has now, whoever made or dropped them. */
    List<String> namesNow() throws StoreException {
        try {
            return names(path, true);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    Families families() {
        return families;
    }

    StoreException failed(RocksDBException e) {
        return failed(path, e);
    }

    private static StoreException failed(String path, RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("lock")) {
            return new StoreException(
                    Kind.REFUSED, path + " is open in another process: " + text + "; stop that, or only read", e);
        }
        if (text.contains("No space left")) {
            return new StoreException(Kind.FULL, path + " has no room left on its disk: " + text, e);
        }
        if (text.startsWith("Corruption") || text.contains("checksum mismatch")) {
            return new StoreException(Kind.DAMAGED, path + " is damaged: " + text, e);
        }
        return new StoreException(Kind.UNREACHABLE, path + " failed: " + text, e);
    }

    @Override
    public void close() throws StoreException {
        close(owned, path);
    }

    /** In reverse order. */
    private static void close(List<AutoCloseable> owned, String path) throws StoreException {
        for (int i = owned.size() - 1; i >= 0; i--) {
            try {
                owned.get(i).close();
            } catch (Exception e) {
                throw new StoreException(Kind.UNREACHABLE, path + " could not be closed: " + e.getMessage(), e);
            }
        }
        owned.clear();
    }
}
