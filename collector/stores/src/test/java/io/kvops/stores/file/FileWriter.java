package io.kvops.stores.file;

import static java.nio.ByteBuffer.allocateDirect;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;

/** Writes a store with its real library, prints what that says of it, and keeps it open; at a line it writes once more. */
final class FileWriter {
    private FileWriter() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("lmdb")) {
            lmdb(Path.of(arguments[1]));
        } else {
            mvstore(Path.of(arguments[1]));
        }
    }

    private static void lmdb(Path folder) throws Exception {
        try (Env<ByteBuffer> env =
                Env.create().setMapSize(64 << 20).setMaxReaders(20).open(folder.toFile())) {
            Dbi<ByteBuffer> db = env.openDbi((byte[]) null, DbiFlags.MDB_CREATE);
            for (int i = 0; i < 2_000; i++) {
                put(db, "key" + i, "value".repeat(i % 50));
            }
            put(db, "large", "x".repeat(100_000));
            EnvInfo info = env.info();
            try (Txn<ByteBuffer> reader = env.txnRead()) {
                Stat stat = db.stat(reader);
                say("storage.limit.bytes", info.mapSize);
                say("lmdb.pages.used.count", info.lastPageNumber + 1);
                say("lmdb.transactions.count.total", info.lastTransactionId);
                say("lmdb.page.bytes", stat.pageSize);
                say("lmdb.depth.count", stat.depth);
                say("lmdb.pages.branch.count", stat.branchPages);
                say("lmdb.pages.leaf.count", stat.leafPages);
                say("lmdb.pages.overflow.count", stat.overflowPages);
                say("keys.count", stat.entries);
                say("lmdb.file.bytes", Files.size(folder.resolve("data.mdb")));
                say("lmdb.readers.count", env.info().numReaders);
                say("lmdb.readers.active.count", 1);
                say("lmdb.readers.lag.count", 0);
                System.out.println("done");
                System.in.read();
                put(db, "more", "value");
                System.out.println("more");
                System.in.read();
            }
        }
    }

    private static void put(Dbi<ByteBuffer> db, String key, String value) {
        ByteBuffer k = allocateDirect(key.length());
        k.put(key.getBytes(UTF_8)).flip();
        ByteBuffer v = allocateDirect(value.length());
        v.put(value.getBytes(UTF_8)).flip();
        db.put(k, v);
    }

    private static void mvstore(Path file) throws Exception {
        try (MVStore store = new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitDisabled()
                .open()) {
            MVMap<String, String> map = store.openMap("map");
            for (int i = 0; i < 500; i++) {
                map.put("key" + i, "value" + i);
                if (i % 100 == 0) {
                    store.commit();
                }
            }
            store.commit();
            store.sync();
            say("mvstore.commits.count.total", store.getCurrentVersion());
            say("storage.used.bytes", Files.size(file));
            System.out.println("done");
            System.in.read();
            map.put("more", "value");
            store.commit();
            store.sync();
            System.out.println("more");
            System.in.read();
        }
    }

    private static void say(String gauge, double value) {
        System.out.println(gauge + " " + value);
    }
}
