package io.kvops.stores.file;

import io.kvops.stores.Reading;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The two meta pages at the start of an LMDB data file, of which the one with the later transaction counts, and the table of
 * readers in the lock file. Layout: MDB_meta, MDB_db, MDB_txninfo and MDB_reader of LMDB 0.9's mdb.c, on machines with 64
 * bits. LMDB locks nothing in the data file, so reading it disturbs nobody.
 */
final class LmdbFile implements StoreConnection {
    private static final int MAGIC = 0xBEEFC0DE;
    private static final int PAGE_HEADER = 16;
    private static final int META_BYTES = 136;
    private static final int DB_BYTES = 48;
    private static final int READERS_AT = 128;
    private static final int READER_BYTES = 64;
    private static final int MAX_READERS = 4_096;

    private final Path data;
    private final Path lock;

    LmdbFile(Path data, Path lock) {
        this.data = data;
        this.lock = lock;
    }

    /** What a meta page says, but for its databases. */
    private record Meta(ByteBuffer page, int pageBytes, long mapBytes, long lastPage, long transaction) {}

    @Override
    public void measure(Reading into) throws StoreException {
        Meta meta = meta();
        into.put("storage.used.bytes", (meta.lastPage + 1) * meta.pageBytes);
        into.put("storage.limit.bytes", meta.mapBytes);
        into.put("lmdb.file.bytes", size());
        into.put("lmdb.page.bytes", meta.pageBytes);
        into.put("lmdb.pages.used.count", meta.lastPage + 1);
        into.put("lmdb.transactions.count.total", meta.transaction);
        ByteBuffer page = meta.page;
        int free = PAGE_HEADER + 24;
        int main = free + DB_BYTES;
        into.put("lmdb.free.entries.count", page.getLong(free + 32));
        into.put("keys.count", page.getLong(main + 32));
        into.put("lmdb.depth.count", page.getShort(main + 6));
        into.put("lmdb.pages.branch.count", page.getLong(main + 8));
        into.put("lmdb.pages.leaf.count", page.getLong(main + 16));
        into.put("lmdb.pages.overflow.count", page.getLong(main + 24));
        readers(meta, into);
    }

    private Meta meta() throws StoreException {
        ByteBuffer first = read(data, 0, PAGE_HEADER + META_BYTES);
        Meta one = meta(first);
        Meta two = meta(read(data, one.pageBytes, PAGE_HEADER + META_BYTES));
        return two.transaction > one.transaction ? two : one;
    }

    private Meta meta(ByteBuffer page) throws StoreException {
        int at = PAGE_HEADER;
        int pageBytes = page.getInt(at + 24);
        if (page.getInt(at) != MAGIC
                || page.getInt(at + 4) != 1
                || pageBytes < 256
                || Integer.bitCount(pageBytes) != 1) {
            throw new StoreException(
                    Kind.NONSENSE,
                    data + " is no LMDB 0.9 data file of this kind of machine (64 bits, same byte order)");
        }
        return new Meta(
                page, pageBytes, page.getLong(at + 16), page.getLong(at + 24 + 2 * DB_BYTES), page.getLong(at + 128));
    }

    /** Slots of the reader table: in use, and reading now. The lock file is left alone if this process has it open. */
    private void readers(Meta meta, Reading into) throws StoreException {
        if (!Files.isReadable(lock)) {
            return; // opened without locks, or not for us
        }
        if (OpenHere.is(lock)) {
            into.missing("readers", "this process has the environment open itself");
            return;
        }
        // magic, format, the mutex of the C library, then txnid and the number of slots
        int mutex = "aarch64".equals(System.getProperty("os.arch")) ? 48 : 40;
        ByteBuffer head = read(lock, 0, READERS_AT);
        long transaction = head.getLong(8 + mutex);
        int slots = head.getInt(16 + mutex);
        boolean known = head.getInt(0) == MAGIC
                && Math.abs(transaction - meta.transaction) <= 1_000_000
                && slots >= 0
                && slots <= MAX_READERS;
        if (!known) {
            return;
        }
        ByteBuffer table = read(lock, READERS_AT, slots * READER_BYTES);
        int used = 0;
        int reading = 0;
        long oldest = meta.transaction;
        for (int i = 0; i < slots; i++) {
            long snapshot = table.getLong(i * READER_BYTES);
            if (table.getInt(i * READER_BYTES + 8) != 0) {
                used++;
                if (snapshot != -1) {
                    reading++;
                    oldest = Math.min(oldest, snapshot);
                }
            }
        }
        into.put("lmdb.readers.count", used);
        into.put("lmdb.readers.active.count", reading);
        into.put("lmdb.readers.lag.count", meta.transaction - oldest);
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Meta meta = meta();
        return new StoreDescription(
                "lmdb",
                "lmdb",
                "0.9",
                "",
                "file",
                Map.of("storage.limit.bytes", (double) meta.mapBytes),
                Map.of("pageBytes", Integer.toString(meta.pageBytes)));
    }

    private long size() throws StoreException {
        try {
            return Files.size(data);
        } catch (IOException e) {
            throw unreadable(data, e);
        }
    }

    private static ByteBuffer read(Path file, long at, int bytes) throws StoreException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new StoreException(Kind.NONSENSE, file + " is too short for an LMDB file");
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return buffer.flip();
    }

    private static StoreException unreadable(Path file, IOException e) {
        return new StoreException(
                Kind.UNREACHABLE,
                file + " can't be read (" + e.getClass().getSimpleName() + "); check path and rights",
                e);
    }
}
