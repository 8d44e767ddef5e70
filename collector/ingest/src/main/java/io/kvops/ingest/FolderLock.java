package io.kvops.ingest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Says that a folder is in use, to this process and to others; ends with the process. */
final class FolderLock implements AutoCloseable {
    /**
     * Folders locked by this process: the one static state here. A file lock belongs to the process, and closing any
     * channel on the file gives it up, so the second one in a process must not even open the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path key;
    private final FileChannel channel;

    private FolderLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Locks a folder that exists.
     *
     * @return null if another holds it
     * @throws IOException if the lock file cannot be made
     */
    static @Nullable FolderLock tryLock(Path folder) throws IOException {
        Path key = folder.toRealPath();
        if (!HELD.add(key)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(key.resolve("ingest.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            locked = lock != null;
            return locked ? new FolderLock(key, channel) : null;
        } finally {
            if (!locked) {
                HELD.remove(key);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD.remove(key);
            }
        }
    }
}
