package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.Snapshot;
import io.kvops.stores.data.rdb.RdbBytes;
import io.kvops.stores.data.rdb.RdbStores;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot that a source sends to replicas, received into a file by a thread of its own ({@code kvops-snapshot}), at the source's
 * pace, so that the source is done with it soon whatever is made of it here. It is read while it grows. Whether it is whole, a
 * second file says, which is there once the first one is on the disk.
 */
final class ReceivedSnapshot implements Snapshot, RdbBytes {
    private static final String FILE = "snapshot.rdb";
    private static final String WHOLE = "snapshot.whole";
    private static final long LOOK_MILLIS = 100;

    private final Path file;
    private final Path whole;
    private final String id;
    private final String name;
    private final @Nullable Thread receiver;
    private final @Nullable ReplicationLink link;
    private final BooleanSupplier stop;
    private @Nullable DataStore records;
    /** Guarded by this, as are those that follow. */
    private long received;

    private boolean complete;
    private boolean closed;
    private @Nullable StoreException lost;

    private ReceivedSnapshot(
            Path folder, String id, String name, @Nullable ReplicationLink link, BooleanSupplier stop) {
        this.stop = stop;
        this.file = folder.resolve(FILE);
        this.whole = folder.resolve(WHOLE);
        this.id = id;
        this.name = name;
        this.link = link;
        this.receiver = link == null ? null : new Thread(() -> receive(link), "kvops-snapshot");
    }

    /**
     * Asks for one, in place of what the folder has, and returns when its first bytes are there.
     *
     * @param stop whether to wait no longer for what is not there yet
     * @throws StoreException of kind REFUSED if the source gives none
     */
    static ReceivedSnapshot begin(RedisStore source, Path folder, BooleanSupplier stop) throws StoreException {
        makeRoom(folder);
        ReplicationLink link = ReplicationLink.open(source, "", -1, stop);
        if (link == null) {
            throw new StoreException(Kind.UNREACHABLE, "the snapshot was to stop before it began");
        }
        String id = link.start().replid() + "x" + link.start().offset();
        ReceivedSnapshot snapshot = new ReceivedSnapshot(folder, id, "the snapshot of " + link.at(), link, stop);
        Thread receiver = Objects.requireNonNull(snapshot.receiver);
        receiver.setDaemon(true);
        receiver.start();
        try {
            snapshot.open(source);
            return snapshot;
        } catch (StoreException e) {
            Optional<StoreException> why = snapshot.lost();
            snapshot.close();
            throw why.orElse(e);
        }
    }

    /** Makes the folder, which is for its owner alone, as a snapshot is all that the source has; nothing of before is in it. */
    private static void makeRoom(Path folder) throws StoreException {
        try {
            Files.createDirectories(folder);
            PosixFileAttributeView posix = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            if (posix != null) {
                posix.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
            Files.deleteIfExists(folder.resolve(WHOLE));
            Files.write(folder.resolve(FILE), new byte[0]);
        } catch (IOException e) {
            throw unwritten(folder, e);
        }
    }

    /** The one that is whole in a folder; null if none is. */
    static @Nullable ReceivedSnapshot kept(RedisStore source, Path folder) {
        try {
            if (!Files.exists(folder.resolve(WHOLE))) {
                return null;
            }
            String id = Files.readString(folder.resolve(WHOLE));
            ReceivedSnapshot snapshot =
                    new ReceivedSnapshot(folder, id, "the snapshot in " + folder, null, () -> false);
            snapshot.received = Files.size(snapshot.file);
            snapshot.complete = true;
            snapshot.open(source);
            return snapshot;
        } catch (IOException | StoreException e) {
            return null; // it is made anew
        }
    }

    private void open(RedisStore source) throws StoreException {
        StoreAddress address = new StoreAddress(
                "rdb",
                List.of(),
                "",
                Optional.empty(),
                file.toString(),
                Map.of("db", Integer.toString(source.database())));
        records = RdbStores.open(address, this, source.opened());
    }

    private static StoreException unwritten(Path where, IOException e) {
        return new StoreException(
                Kind.FULL,
                "the snapshot can't be kept in " + where + ": " + e.getMessage() + "; is there room on that disk?",
                e);
    }

    private void receive(ReplicationLink from) {
        try (from;
                FileOutputStream out = new FileOutputStream(file.toFile())) {
            if (!from.snapshot(new Counted(out), this::isClosed)) {
                return;
            }
            synchronized (this) {
                complete = true;
                notifyAll();
            }
            from.close(); // what follows would fill the source's buffer
            out.getFD().sync();
            say();
        } catch (UncheckedIOException e) {
            lose(unwritten(file, Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            lose(from.broken(e));
        } catch (StoreException e) {
            lose(e);
        } finally {
            lose(new StoreException(Kind.DAMAGED, name + " was not received")); // if nothing else says why
        }
    }

    /** Says on the disk that it is whole. */
    private void say() throws IOException {
        Path made = whole.resolveSibling("snapshot.new");
        try (FileOutputStream out = new FileOutputStream(made.toFile())) {
            out.write(id.getBytes(StandardCharsets.US_ASCII));
            out.getFD().sync();
        }
        Files.move(made, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What is whole stays so, but for the next process. */
    private synchronized void lose(StoreException why) {
        if (!complete && !closed && lost == null) {
            lost = why;
        }
        notifyAll();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void grown(int bytes) {
        received += bytes;
        notifyAll();
    }

    /** Waits for bytes behind an offset. @return how many there are, 0 at the end */
    private synchronized long await(long offset) throws IOException {
        try {
            while (received <= offset && !complete && lost == null && !closed && !stop.getAsBoolean()) {
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (received <= offset && lost != null) {
            throw new IOException(lost.getMessage(), lost);
        }
        if (received <= offset && !complete) {
            throw new IOException("it was to stop before it was received");
        }
        return received - offset;
    }

    @Override
    public DataStore records() {
        return Objects.requireNonNull(records);
    }

    @Override
    public synchronized Optional<StoreException> lost() {
        return Optional.ofNullable(lost);
    }

    @Override
    public synchronized long length() {
        return complete ? received : UNKNOWN;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public InputStream from(long offset) throws IOException {
        InputStream in = Files.newInputStream(file);
        in.skipNBytes(offset);
        return new Growing(in, offset);
    }

    @Override
    public boolean isRecord(Slice key) {
        return !TemporaryKey.is(key) && !Marker.is(key);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() throws StoreException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        if (receiver == null || link == null) {
            return;
        }
        if (!isWhole()) {
            link.close(); // it waits for bytes
        }
        boolean interrupted = false;
        while (receiver.isAlive()) {
            try {
                receiver.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!isWhole()) {
            discard();
        }
    }

    /** A part of a snapshot is of no use, and may be what fills a disk. */
    private void discard() throws StoreException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StoreException(Kind.UNREACHABLE, file + " can't be removed: " + e.getMessage(), e);
        }
    }

    private synchronized boolean isWhole() {
        return complete;
    }

    /** Tells readers what there is. */
    private final class Counted extends OutputStream {
        private final OutputStream out;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            grown(length);
        }
    }

    /** Reads what there is, and waits for more. */
    private final class Growing extends InputStream {
        private final InputStream in;
        private long at;

        Growing(InputStream in, long at) {
            this.in = in;
            this.at = at;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int some = (int) Math.min(length, await(at));
            if (some == 0) {
                return length == 0 ? 0 : -1;
            }
            int read = in.read(bytes, offset, some);
            at += Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
