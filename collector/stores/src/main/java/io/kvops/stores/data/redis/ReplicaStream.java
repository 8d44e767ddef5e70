package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.FeedOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives a source's log on a thread of its own ({@code kvops-feed-NAME}), whatever the applying does meanwhile, so that the
 * source never has to keep more than what is lost when a connection breaks. A broken connection is made again, and goes on where
 * it was. All but the thread's work is for one thread.
 */
final class ReplicaStream implements AutoCloseable {
    private static final long ACK_NANOS = 1_000_000_000L;
    private static final long FIRST_WAIT_NANOS = 50_000_000L;
    private static final long LONGEST_WAIT_NANOS = 2_000_000_000L;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int MAX_NEWS = 100;

    private final RedisStore source;
    private final FeedOptions options;
    private final List<String> news = new ArrayList<>();

    /** A connection that answered and is not received from yet. */
    private @Nullable ReplicationLink ready;

    private @Nullable Spool spool;
    private @Nullable CommandParser parser;
    private @Nullable Thread thread;
    private volatile boolean closed;
    private volatile String replid = "";
    private volatile @Nullable Exception failure;

    ReplicaStream(RedisStore source, FeedOptions options) {
        this.source = source;
        this.options = options;
    }

    /**
     * Goes on with a log.
     *
     * @return false if the source has not kept it; a full copy is on its way then
     */
    boolean resume(String id, long offset) throws StoreException {
        stop();
        ReplicationLink link = ReplicationLink.open(source, id, offset, () -> false);
        ready = link;
        if (link == null || link.start().full()) {
            return false;
        }
        begin(link);
        return true;
    }

    /**
     * Takes a full copy, then its log.
     *
     * @param file for the copy; null: it is passed over
     * @return where the log begins, null if it was to stop
     */
    ReplicationLink.@Nullable Start full(@Nullable Path file, BooleanSupplier stop) throws StoreException {
        ReplicationLink link = ready;
        if (link == null) {
            stop();
            link = ReplicationLink.open(source, "", -1, stop);
            ready = link;
        }
        if (link == null || !link.snapshot(file, stop)) {
            return null;
        }
        begin(link);
        return link.start();
    }

    private void begin(ReplicationLink link) throws StoreException {
        ready = null;
        replid = link.start().replid();
        failure = null;
        closed = false;
        try {
            Spool into = Spool.open(
                    options.folder(), options.maxSpoolBytes(), link.start().offset() + 1);
            spool = into;
            parser = new CommandParser(into, into.end());
            Thread receiver = new Thread(() -> receive(link, into), "kvops-feed-" + options.name());
            receiver.setDaemon(true);
            thread = receiver;
            receiver.start();
        } catch (IOException e) {
            link.close();
            throw unspooled(e);
        }
    }

    private StoreException unspooled(IOException e) {
        return new StoreException(
                StoreException.Kind.FULL,
                "changes can't be kept in " + options.folder() + ": " + e.getMessage()
                        + "; is there room on that disk?",
                e);
    }

    private void receive(ReplicationLink first, Spool into) {
        ReplicationLink link = first;
        try {
            while (link != null) {
                try (ReplicationLink now = link) {
                    copy(now, into);
                    return;
                } catch (StoreException e) {
                    if (e.kind() != StoreException.Kind.UNREACHABLE) {
                        throw e;
                    }
                    tell("the connection for changes broke (" + e.getMessage() + ")");
                }
                link = again(into.end() - 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            failure = unspooled(e);
        } catch (StoreException | ChangesLostException | RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException("receiving failed: " + e, e);
            throw e;
        }
    }

    private void copy(ReplicationLink link, Spool into) throws StoreException, IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long acknowledged = options.nanos().getAsLong();
        try {
            link.follow();
            link.acknowledge(into.end() - 1);
        } catch (IOException e) {
            throw link.broken(e);
        }
        while (!closed) {
            int read;
            try {
                read = link.read(buffer);
                long now = options.nanos().getAsLong();
                if (now - acknowledged >= ACK_NANOS) {
                    link.acknowledge(into.end() - 1);
                    acknowledged = now;
                }
            } catch (IOException e) {
                throw link.broken(e);
            }
            if (read > 0 && !into.append(buffer, read)) {
                return;
            }
        }
    }

    /** Connects again; null if it is to stop. */
    private @Nullable ReplicationLink again(long offset) throws StoreException, ChangesLostException {
        long since = options.nanos().getAsLong();
        long wait = FIRST_WAIT_NANOS;
        while (!closed) {
            try {
                ReplicationLink link = ReplicationLink.open(source, replid, offset, () -> closed);
                if (link == null) {
                    return null;
                }
                if (link.start().full()) {
                    link.close();
                    throw new ChangesLostException("the source has not kept the changes since the connection broke; its"
                            + " repl-backlog-size is too small for such a time");
                }
                replid = link.start().replid();
                tell("connected again, and goes on where it was");
                return link;
            } catch (StoreException e) {
                boolean over =
                        options.nanos().getAsLong() - since > options.retry().toNanos();
                if (over || e.kind() != StoreException.Kind.UNREACHABLE) {
                    throw e;
                }
                LockSupport.parkNanos(this, wait);
                wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
            }
        }
        return null;
    }

    private void tell(String what) {
        synchronized (news) {
            if (news.size() < MAX_NEWS) {
                news.add(what);
            }
        }
    }

    /** What happened since it was asked last. */
    List<String> news() {
        synchronized (news) {
            List<String> all = List.copyOf(news);
            news.clear();
            return all;
        }
    }

    /** The source's replication id. */
    String replid() {
        return replid;
    }

    /** Of the last byte that {@link #next} has passed. */
    long offset() {
        CommandParser of = parser;
        return of == null ? -1 : of.offset() - 1;
    }

    /** Reads from an offset on that is not {@link #applied} yet. */
    void rewind(long offset) {
        Spool of = spool;
        if (of != null) {
            parser = new CommandParser(of, offset + 1);
        }
    }

    /** All up to an offset is applied, and not read again. */
    void applied(long offset) throws StoreException {
        try {
            Spool of = spool;
            if (of != null) {
                of.applied(offset + 1);
            }
        } catch (IOException e) {
            throw unspooled(e);
        }
    }

    /** The next command; null if none comes in time. */
    @Nullable
    LogCommand next(Duration atMost) throws StoreException, ChangesLostException {
        CommandParser of = parser;
        if (of == null) {
            throw new IllegalStateException("it was not begun");
        }
        try {
            LogCommand command = of.next(atMost.toMillis());
            Exception failed = command == null ? failure : null;
            if (failed instanceof ChangesLostException lost) {
                throw new ChangesLostException(String.valueOf(lost.getMessage()));
            }
            if (failed instanceof StoreException store) {
                throw new StoreException(store.kind(), String.valueOf(store.getMessage()), store);
            }
            if (failed != null) {
                throw new IllegalStateException("receiving failed", failed);
            }
            return command;
        } catch (IOException e) {
            throw unspooled(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void stop() throws StoreException {
        closed = true;
        Thread receiver = thread;
        thread = null;
        Spool of = spool;
        spool = null;
        parser = null;
        try {
            if (of != null) {
                of.close();
            }
        } catch (IOException e) {
            throw unspooled(e);
        } finally {
            if (receiver != null) {
                LockSupport.unpark(receiver);
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
            }
            ReplicationLink link = ready;
            ready = null;
            if (link != null) {
                link.close();
            }
        }
    }

    @Override
    public void close() throws StoreException {
        stop();
    }
}
