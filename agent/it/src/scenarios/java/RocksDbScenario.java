import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.Transaction;
import org.rocksdb.TransactionDB;
import org.rocksdb.TransactionDBOptions;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Argument: a folder. */
public final class RocksDbScenario {
    private static Witness witness;

    public static void main(String[] arguments) throws Exception {
        Class.forName("org.rocksdb.RocksDB", false, RocksDbScenario.class.getClassLoader());
        witness = Witness.install();
        RocksDB.loadLibrary();
        try (StringAppendOperator append = new StringAppendOperator();
                Options options = new Options().setCreateIfMissing(true).setMergeOperator(append)) {
            try (RocksDB db = RocksDB.open(options, new File(arguments[0], "plain").getPath())) {
                plain(db);
                overloads(db);
                iterator(db);
            }
            try (TransactionDBOptions more = new TransactionDBOptions();
                    TransactionDB db =
                            TransactionDB.open(options, more, new File(arguments[0], "transactions").getPath());
                    WriteOptions write = new WriteOptions()) {
                transaction(db, write);
            }
        }
        witness.finish();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer direct(String text) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        buffer.put(bytes(text));
        buffer.flip();
        return buffer;
    }

    private static void plain(RocksDB db) throws RocksDBException {
        witness.step("plain");
        db.put(bytes("order:1"), bytes("hello"));
        db.get(bytes("order:1"));
        db.get(bytes("order:2"));
        db.merge(bytes("order:1"), bytes("x"));
        db.multiGetAsList(Arrays.asList(bytes("order:1"), bytes("order:2")));
        db.delete(bytes("order:2"));
        db.singleDelete(bytes("order:3"));
        db.deleteRange(bytes("order:4"), bytes("order:5"));
        try (WriteBatch batch = new WriteBatch();
                WriteOptions write = new WriteOptions()) {
            batch.put(bytes("order:6"), bytes("a"));
            batch.put(bytes("order:7"), bytes("b"));
            batch.delete(bytes("order:6"));
            db.write(write, batch);
        }
    }

    private static void overloads(RocksDB db) throws RocksDBException {
        witness.step("overloads");
        ColumnFamilyHandle family = db.getDefaultColumnFamily();
        try (ReadOptions read = new ReadOptions();
                WriteOptions write = new WriteOptions()) {
            db.put(family, bytes("k:1"), bytes("v1"));
            db.put(write, bytes("k:1"), bytes("v2"));
            db.put(family, write, bytes("k:1"), bytes("v3"));
            db.put(bytes("..k:1.."), 2, 3, bytes("..v4.."), 2, 2);
            db.put(write, direct("k:1"), direct("v5"));
            db.get(family, bytes("k:1"));
            db.get(read, bytes("k:1"));
            db.get(family, read, bytes("k:1"));
            db.get(bytes("..k:1.."), 2, 3);
            db.get(bytes("k:1"), new byte[10]);
            db.get(bytes("k:2"), new byte[10]);
            db.get(family, read, bytes("k:1"), new byte[10]);
            db.get(read, direct("k:1"), ByteBuffer.allocateDirect(10));
            db.delete(family, write, bytes("k:1"));
        }
    }

    private static void iterator(RocksDB db) throws RocksDBException {
        witness.step("fill");
        try (WriteBatch batch = new WriteBatch();
                WriteOptions write = new WriteOptions()) {
            for (int i = 0; i < 200; i++) {
                batch.put(bytes(String.format("row:%03d", i)), bytes("v"));
            }
            db.write(write, batch);
        }
        witness.step("iterator");
        try (RocksIterator rows = db.newIterator()) {
            rows.seekToFirst();
            rows.seek(bytes("row:000"));
            for (int i = 0; i < 200; i++) {
                rows.next();
            }
            rows.seekToLast();
            rows.prev();
        }
    }

    private static void transaction(TransactionDB db, WriteOptions write) throws RocksDBException {
        witness.step("transaction");
        try (ReadOptions read = new ReadOptions();
                Transaction transaction = db.beginTransaction(write)) {
            transaction.put(bytes("t:1"), bytes("v"));
            transaction.get(read, bytes("t:1"));
            transaction.get(read, bytes("t:2"));
            transaction.getForUpdate(read, bytes("t:1"), true);
            transaction.delete(bytes("t:1"));
            transaction.commit();
        }
        try (Transaction transaction = db.beginTransaction(write)) {
            transaction.put(bytes("t:2"), bytes("v"));
            transaction.rollback();
        }
        witness.step("locked");
        try (Transaction first = db.beginTransaction(write);
                Transaction second = db.beginTransaction(write)) {
            second.setLockTimeout(1);
            first.put(bytes("t:3"), bytes("v"));
            second.put(bytes("t:3"), bytes("v"));
        } catch (RocksDBException e) {
            witness.step("end");
        }
    }
}
