package io.kvops.tasks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Locks that hold between processes and between users of one process, and end with the process. Static, because the
 * system gives a file's lock to the process, and closing any channel on the file gives it up: within a process the second one
 * must not even open it.
 */
final class FileLocks {
    private static final Set<Path> HELD = new HashSet<>();

    private FileLocks() {}

    /** A lock that is held until it is closed. */
    static final class Held implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;

        private Held(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // the process's end closes it
            } finally {
                release(file);
            }
        }
    }

    /** The lock, or null if another one has it. The folder of the file must be there, without symbolic links in its name. */
    static @Nullable Held tryTake(Path file) throws IOException {
        synchronized (HELD) {
            if (!HELD.add(file)) {
                return null;
            }
        }
        return open(file, false);
    }

    /** The lock, as soon as the others have given it back: for short work alone. */
    static Held take(Path file) throws IOException {
        synchronized (HELD) {
            boolean interrupted = false;
            while (!HELD.add(file)) {
                try {
                    HELD.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        Held held = open(file, true);
        if (held == null) {
            throw new IOException(file + ": no lock");
        }
        return held;
    }

    private static @Nullable Held open(Path file, boolean wait) throws IOException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = (wait ? channel.lock() : channel.tryLock()) != null;
            return locked ? new Held(file, channel) : null;
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                release(file);
            }
        }
    }

    private static void release(Path file) {
        synchronized (HELD) {
            HELD.remove(file);
            HELD.notifyAll();
        }
    }
}
