package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One history at a time uses a folder, in this process or another. The lock goes with the process. */
final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static FolderLock acquire(Path folder) throws HistoryException {
        Path file = folder.resolve("history.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) != null) {
                return new FolderLock(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new HistoryException(Kind.DISK, "cannot lock " + file + ": " + e.getMessage(), e);
        }
        throw new HistoryException(
                Kind.LOCKED,
                "the history in " + folder + " is in use; end the process that has it, or use another folder",
                null);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws HistoryException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HistoryException(Kind.DISK, "cannot release the lock of the history: " + e.getMessage(), e);
        }
    }
}
