package io.kvops.agent.core;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a spool: a mapped file that its process keeps locked, or, where no file can be had, plain memory. Space is
 * written before it is mapped: a full disk shows as an exception here, and never as a fault in mapped memory.
 */
final class SpoolStore implements Closeable {
    private static final int ZEROS = 1 << 16;

    private final @Nullable File file;
    private final @Nullable RandomAccessFile access;
    private final @Nullable FileLock lock;
    private ByteBuffer bytes;

    private SpoolStore(
            @Nullable File file, @Nullable RandomAccessFile access, @Nullable FileLock lock, ByteBuffer bytes) {
        this.file = file;
        this.access = access;
        this.lock = lock;
        this.bytes = bytes;
    }

    static SpoolStore inMemory(int size) {
        return new SpoolStore(null, null, null, ByteBuffer.allocate(size));
    }

    /**
     * Makes a new file, for its owner only. It gets its name when it is locked, so nobody takes it for that of a dead
     * process.
     */
    static SpoolStore create(File file, int size) throws IOException {
        File folder = file.getAbsoluteFile().getParentFile();
        if (folder != null && !folder.isDirectory() && folder.mkdirs()) {
            ownerOnly(folder);
            folder.setExecutable(false, false);
            folder.setExecutable(true, true);
        }
        File unnamed = new File(file.getPath() + ".new");
        RandomAccessFile access = new RandomAccessFile(unnamed, "rw");
        try {
            ownerOnly(unnamed);
            FileLock lock = access.getChannel().tryLock();
            if (lock == null) {
                throw new IOException(unnamed + " is locked by another process");
            }
            fill(access, 0, size);
            ByteBuffer bytes = access.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, size);
            if (!unnamed.renameTo(file)) {
                throw new IOException(unnamed + " cannot be renamed to " + file.getName());
            }
            return new SpoolStore(file, access, lock, bytes);
        } catch (IOException | RuntimeException e) {
            access.close();
            unnamed.delete();
            throw e;
        }
    }

    /** Opens a file whose process is dead; null if it is alive, or another process has it, or it is gone. */
    static @Nullable SpoolStore openDead(File file) throws IOException {
        if (!file.isFile()) {
            return null;
        }
        RandomAccessFile access = new RandomAccessFile(file, "rw");
        boolean kept = false;
        try {
            FileLock lock = access.getChannel().tryLock();
            // who deletes a file holds its lock: a name that is gone now was delivered by another process
            if (lock != null && file.isFile() && access.length() > 0) {
                ByteBuffer bytes = access.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, access.length());
                kept = true;
                return new SpoolStore(file, access, lock, bytes);
            }
            return null;
        } catch (OverlappingFileLockException e) {
            return null; // this process has it
        } finally {
            if (!kept) {
                access.close();
            }
        }
    }

    private static void ownerOnly(File file) {
        file.setReadable(false, false);
        file.setReadable(true, true);
        file.setWritable(false, false);
        file.setWritable(true, true);
    }

    private static void fill(RandomAccessFile access, long from, long to) throws IOException {
        byte[] zeros = new byte[ZEROS];
        access.seek(from);
        for (long at = from; at < to; at += ZEROS) {
            access.write(zeros, 0, (int) Math.min(ZEROS, to - at));
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Makes it larger; what {@link #bytes} gave before is of no use then. False if there is no more space. */
    boolean grow(int size) {
        try {
            if (access == null) {
                ByteBuffer larger = ByteBuffer.allocate(size);
                bytes.clear();
                larger.put(bytes);
                larger.clear();
                bytes = larger;
            } else {
                fill(access, bytes.capacity(), size);
                bytes = access.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, size);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it is, for logs. */
    String place() {
        return file == null ? "memory" : file.getPath();
    }

    /** Deletes the file, and gives up the lock. */
    void delete() throws IOException {
        if (file != null) {
            file.delete();
        }
        close();
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.release();
        }
        if (access != null) {
            access.close();
        }
    }
}
