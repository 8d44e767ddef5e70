package io.kvops.server;

import io.kvops.server.config.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the data folder for one collector: before anything in it is opened, and until all of it is closed. */
final class DataFolder implements AutoCloseable {
    private static final String LOCK = "collector.lock";

    /**
     * Folders held by this process: static, because a file lock belongs to the process, and closing any channel on the
     * file gives it up, so the second one in a process must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path key;
    private final FileChannel channel;

    private DataFolder(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /** @throws OpsException if it can't be written, or another collector has it */
    static DataFolder take(Path folder) throws OpsException {
        Path key;
        try {
            Files.createDirectories(folder);
            key = folder.toRealPath();
            if (HELD.add(key)) {
                return lock(folder, key);
            }
        } catch (IOException e) {
            throw new OpsException(
                    OpsException.Kind.DATA_FOLDER,
                    "the data folder " + folder + " cannot be written (" + Reason.of(e)
                            + "); make it writable, or choose another with --data",
                    e);
        }
        throw taken(folder);
    }

    /** Whether somebody has it, in this process or another. Who may only read it may ask, too. */
    static boolean isTaken(Path folder) throws IOException {
        Path key = folder.toRealPath();
        if (HELD.contains(key)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(key.resolve(LOCK), StandardOpenOption.READ);
                FileLock free = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return free == null;
        }
    }

    private static DataFolder lock(Path folder, Path key) throws IOException, OpsException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(key.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (locked) {
                return new DataFolder(key, channel);
            }
        } finally {
            if (!locked) {
                HELD.remove(key);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        throw taken(folder);
    }

    private static OpsException taken(Path folder) {
        return new OpsException(
                OpsException.Kind.DATA_FOLDER,
                "the data folder " + folder
                        + " is used by another collector; stop that one, or choose another folder with --data",
                null);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(key);
        }
    }
}
