package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The bytes of a file that is being written under another name, with their number and checksum. */
final class FileBytes extends OutputStream {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Path file;
    private final Path partial;
    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private Crc crc;
    private long length;
    private boolean published;
    private boolean ignoring;

    private FileBytes(Path file, Path partial, FileChannel channel) {
        this.file = file;
        this.partial = partial;
        this.channel = channel;
        this.crc = new Crc();
    }

    static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    /** Begins a new file, or opens one to go on. */
    static FileBytes open(Path file, @Nullable FileCheckpoint from) throws StoreException {
        Path absolute = file.toAbsolutePath();
        Path partial = partial(absolute);
        try {
            FileChannel channel = from == null
                    ? FileChannel.open(
                            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(partial, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileBytes bytes = new FileBytes(absolute, partial, channel);
            try {
                bytes.lock();
                bytes.moveTo(from);
                return bytes;
            } catch (IOException | StoreException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            if (from != null) {
                throw new StoreException(
                        Kind.DAMAGED, partial + ": is gone, so that it can't be gone on with; write the file again", e);
            }
            throw FileFailure.writing(file.toString(), e);
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        }
    }

    /** Held until the channel is closed. */
    @SuppressWarnings("MustBeClosedChecker")
    private void lock() throws IOException, StoreException {
        try {
            FileLock lock = channel.tryLock();
            // who had it until now may have published it meanwhile: then it is no partial file any more
            if (lock != null && Files.exists(partial)) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw busy(e);
        }
        throw busy(null);
    }

    private StoreException busy(@Nullable Exception e) {
        return new StoreException(
                Kind.REFUSED, file + ": is being written already; wait for that, or give another name", e);
    }

    private void moveTo(@Nullable FileCheckpoint from) throws IOException, StoreException {
        if (from == null) {
            channel.truncate(0);
            return;
        }
        Crc found = new Crc();
        ByteBuffer into = ByteBuffer.wrap(buffer);
        long left = from.bytes();
        while (left > 0) {
            into.clear().limit((int) Math.min(left, buffer.length));
            int n = channel.read(into);
            if (n < 0) {
                break;
            }
            found.update(buffer, 0, n);
            left -= n;
        }
        if (left > 0 || found.value() != from.crc32c()) {
            throw new StoreException(
                    Kind.DAMAGED,
                    partial + ": is not what it was at the checkpoint; write the file again from its beginning");
        }
        channel.truncate(from.bytes());
        channel.position(from.bytes());
        length = from.bytes();
        crc = new Crc(from.crc32c());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        if (ignoring) {
            return;
        }
        if (count > buffer.length - buffered) {
            flush();
        }
        if (count >= buffer.length) {
            put(bytes, from, count);
        } else {
            System.arraycopy(bytes, from, buffer, buffered, count);
            buffered += count;
        }
    }

    @Override
    public void flush() throws IOException {
        put(buffer, 0, buffered);
        buffered = 0;
    }

    private void put(byte[] bytes, int from, int count) throws IOException {
        crc.update(bytes, from, count);
        ByteBuffer all = ByteBuffer.wrap(bytes, from, count);
        while (all.hasRemaining()) {
            channel.write(all);
        }
        length += count;
    }

    /** Returns when all is on disk. */
    void force() throws IOException {
        flush();
        channel.force(false);
    }

    /** Removes a partial file that nobody writes. */
    static boolean discard(Path file) throws StoreException {
        Path partial = partial(file.toAbsolutePath());
        if (!Files.exists(partial)) {
            return false;
        }
        try (FileBytes bytes = open(file, null)) {
            bytes.discard();
            return true;
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        }
    }

    /** Gives the file its name. */
    void publish() throws IOException {
        force();
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        published = true;
        forceFolder(file);
    }

    static void forceFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel of = FileChannel.open(folder == null ? Path.of("/") : folder, StandardOpenOption.READ)) {
            of.force(true);
        }
    }

    long length() {
        return length;
    }

    int crc() {
        return crc.value();
    }

    /** Ignores what is written from now on: packers that are closed before their end write something all the same. */
    void ignoreRest() {
        ignoring = true;
    }

    /** Removes the partial file, if it still is one. */
    void discard() throws IOException {
        if (channel.isOpen() && !published) {
            Files.deleteIfExists(partial);
        }
    }

    /** Leaves the partial file as it is. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
