package io.kvops.ingest;

import io.kvops.ingest.IngestException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes frames from agents, and loses and doubles none: a frame is acknowledged once the journal has it, a frame that
 * comes again is acknowledged and dropped, and after a restart, however the process ended, the consumer gets all that
 * the journal holds before what is new.
 *
 * <p>{@link #open} takes the data folder, {@link #start} listens. All methods may be called by any thread; open, start
 * and close by one at a time.
 */
public final class Ingest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final int QUEUE_FRAMES = 65_536;
    private static final long HANDOFF_BYTES = 4L << 20;
    /** A consumer so far behind cannot take what comes. */
    private static final long PENDING_FRAMES_MAX = 200_000;
    /** A batch under way for so long says that the disk cannot take what comes. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(30);
    /** A consumer that is behind is not waited for longer at the end: the journal has what it did not take. */
    private static final long READ_OUT_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private volatile IngestConfig config;
    private final int maxFrameBytes;
    private final FolderLock lock;
    private final Journal journal;
    private final AgentIndex index;
    private final IntakeQueue intake;
    private final Counters counters;
    private final DoorState state;
    private final Door door;
    private final JournalReader reader;
    private final JournalWriter writer;
    private final Thread readerThread;
    private final Thread writerThread;
    private boolean started;
    private boolean closed;

    private Ingest(
            IngestConfig config,
            InetAddress address,
            @Nullable DoorTls tls,
            FolderLock lock,
            Journal journal,
            AgentIndex index,
            ReaderCheckpoint checkpoint,
            FrameConsumer consumer,
            Seams seams) {
        this.config = config;
        this.maxFrameBytes = config.maxFrameBytes();
        this.lock = lock;
        this.journal = journal;
        this.index = index;
        this.intake = new IntakeQueue(QUEUE_FRAMES, config.queueBytes());
        this.counters = new Counters();
        Handoff handoff = new Handoff(HANDOFF_BYTES);
        SeriesLimit limit = new SeriesLimit(() -> this.config.maxSeriesPerAgent(), new SecureRandom().nextLong());
        this.reader = new JournalReader(
                journal, index.position(), checkpoint, consumer, limit, handoff, counters, seams.nanos());
        this.writer = new JournalWriter(
                () -> this.config,
                intake,
                journal,
                index,
                reader,
                handoff,
                counters,
                seams.clock(),
                seams.nanos(),
                seams.freeBytes());
        this.state = new DoorState(
                config,
                tls,
                intake,
                counters,
                new LogLimit(LOG, seams.nanos()),
                seams.clock(),
                seams.nanos(),
                this::isSlow);
        this.door = new Door(config, address, state);
        this.readerThread = readerThread(reader);
        this.writerThread = new Thread(writer, "kvops-journal");
    }

    /** Agents wait for what is written, nobody for what is read: the journal has room. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing depends on it
    private static Thread readerThread(Runnable reader) {
        Thread thread = new Thread(reader, "kvops-journal-reader");
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /**
     * Takes the data folder and opens the journal in it. Nothing runs before {@link #start}.
     *
     * @param config where and how
     * @param consumer called for every frame, see {@link FrameConsumer}
     * @param clock tells when journal files are old
     * @throws IngestException if the host is not loopback, or the folder cannot be used; nothing is left open then
     */
    public static Ingest open(IngestConfig config, FrameConsumer consumer, Clock clock) throws IngestException {
        Path folder = config.dataDir();
        return open(config, consumer, new Seams(clock, System::nanoTime, () -> freeBytes(folder), journal -> journal));
    }

    static Ingest open(IngestConfig config, FrameConsumer consumer, Seams seams) throws IngestException {
        Objects.requireNonNull(consumer, "consumer");
        InetAddress address = address(config);
        TlsConfig files = config.tls();
        DoorTls tls = files == null ? null : DoorTls.load(files, seams.clock());
        FolderLock lock = lock(config.dataDir());
        Journal journal = null;
        try {
            Path data = config.dataDir();
            ReaderCheckpoint checkpoint =
                    ReaderCheckpoint.open(data.resolve("consumer.idx"), consumer, config.maxAgents(), seams.nanos());
            journal = seams.wrap()
                    .apply(ChronicleJournal.open(
                            data.resolve("journal"),
                            config.maxFrameBytes(),
                            config.segmentBytes(),
                            config.segmentAge(),
                            checkpoint.resumeAfter(),
                            seams.clock()));
            AgentIndex index = AgentIndex.open(data.resolve("agents.idx"), journal, config.maxAgents());
            return new Ingest(config, address, tls, lock, journal, index, checkpoint, consumer, seams);
        } catch (IOException | RuntimeException e) {
            IngestException failure = new IngestException(
                    Kind.JOURNAL,
                    "the journal in " + config.dataDir() + " cannot be opened: " + LogLimit.clean(reason(e))
                            + "; check the folder, or choose another with --data",
                    e);
            closeAll(failure, journal, lock);
            throw failure;
        }
    }

    /**
     * Listens, and begins to hand frames to the consumer.
     *
     * @throws IngestException if the address cannot be bound; the ingest is closed then
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized void start() throws IngestException {
        if (started || closed) {
            throw new IllegalStateException(closed ? "the ingest is closed" : "the ingest is started already");
        }
        try {
            door.open();
        } catch (IngestException e) {
            closed = true;
            closeAll(e, journal, lock);
            throw e;
        }
        started = true;
        readerThread.start();
        writerThread.start();
    }

    /** The agents that are connected now, in no order. */
    public List<ConnectedAgent> agents() {
        return state.agents();
    }

    /**
     * Tells agents their options: those that are connected and understand it at once, others when they connect. {@link
     * #agents} says what each has confirmed.
     *
     * @param configuration replaces the one before
     */
    public void configureAgents(AgentConfiguration configuration) {
        state.configure(configuration);
    }

    /**
     * Changes limits, tokens, quotas, certificates, retention and sync while agents are connected, as a whole or not at all.
     * Agents whose token is no longer right are refused.
     *
     * @throws IllegalArgumentException if something differs that cannot change before a restart, or the certificates cannot
     *     be used; says which key, and nothing has changed
     */
    public synchronized void apply(IngestConfig next) {
        IngestConfig before = config;
        same("host", before.host(), next.host());
        same("port", before.port(), next.port());
        same("dataDir", before.dataDir(), next.dataDir());
        same("tls", before.tls() == null ? "off" : "on", next.tls() == null ? "off" : "on");
        same("maxAgents", before.maxAgents(), next.maxAgents());
        if (next.maxFrameBytes() > maxFrameBytes) {
            same("maxFrameBytes", maxFrameBytes, next.maxFrameBytes());
        }
        checkExposure(next, door.address());
        try {
            state.apply(next);
        } catch (IngestException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        journal.limits(next.segmentBytes(), next.segmentAge());
        config = next;
    }

    private static void same(String key, Object before, Object next) {
        if (!before.equals(next)) {
            throw new IllegalArgumentException(key + ": " + before + " to " + next + " needs a restart");
        }
    }

    /** Whether the journal or the consumer is slower than what comes. */
    private boolean isSlow() {
        return counters.paused || writer.busyNanos() > SLOW_NANOS || pendingFrames() > PENDING_FRAMES_MAX;
    }

    private long pendingFrames() {
        return Math.max(0, counters.frames.sum() - (counters.consumed.sum() - counters.replayed.sum()));
    }

    /** The port that is listened on. @throws IllegalStateException if not started */
    public int port() {
        return door.port();
    }

    /** True once all that the journal held at the start has been processed by the consumer. */
    public boolean ready() {
        return reader.ready();
    }

    /** Counts since the start, and what is held now. */
    public IngestStats stats() {
        Counters c = counters;
        var segments = journal.segments();
        return new IngestStats(
                c.frames.sum(),
                c.frameBytes.sum(),
                c.series.sum(),
                c.duplicates.sum(),
                c.gaps.sum(),
                c.unknownMessages.sum(),
                c.consumed.sum(),
                c.replayed.sum(),
                c.consumerErrors.sum(),
                c.damagedRecords.sum(),
                c.connections.get(),
                c.connectionsTotal.sum(),
                c.refusals(),
                c.idleClosed.sum(),
                c.slowClosed.sum(),
                c.laggingClosed.sum(),
                c.brokenConnections.sum(),
                intake.size(),
                intake.bytes(),
                c.queueFull.sum(),
                pendingFrames(),
                c.batches.sum(),
                c.fsyncs.sum(),
                c.fsyncNanos.sum(),
                c.lastFsyncNanos,
                c.journalErrors.sum(),
                c.paused,
                writer.pendingBytes(),
                c.heldBackNanos.sum(),
                segments.stream().mapToLong(Journal.Segment::sizeBytes).sum(),
                segments.size(),
                c.removedSegments.sum(),
                index.sequences().size(),
                index.sequences().forgotten(),
                state.welcomedConnections(),
                c.foldedSeries,
                c.foreignFrames.sum(),
                c.quotaWaits.sum(),
                c.pacesSent.sum(),
                state.pacedAgents(),
                state.longestPaceMillis(),
                c.configurationsRefused.sum(),
                c.tlsFailures.sum(),
                c.tlsReloads.sum());
    }

    /**
     * Stops: takes no more connections, journals and acknowledges what has come, lets the consumer take it for ten seconds
     * (the next start reads the rest), and gives the folder free. May be called again.
     *
     * @throws IngestException if the journal could not be made durable at the end; what was acknowledged is durable
     */
    @Override
    public synchronized void close() throws IngestException {
        if (closed) {
            return;
        }
        closed = true;
        IOException problem = null;
        if (started) {
            door.closeListener();
            writer.close();
            join(writerThread, CLOSE_MILLIS);
            reader.close();
            join(readerThread, READ_OUT_MILLIS);
            reader.stop();
            join(readerThread, STOP_MILLIS);
            door.close();
        }
        try {
            if (!writerThread.isAlive()) {
                writer.finish();
            }
        } catch (IOException e) {
            problem = e;
        }
        IngestException failure = new IngestException(
                Kind.JOURNAL,
                "ingest did not close cleanly: " + (problem == null ? "" : problem.getMessage())
                        + "; what is acknowledged is kept, the next start reads it",
                problem);
        closeAll(failure, journal, lock);
        if (problem != null || failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private static void join(Thread thread, long millis) {
        boolean interrupted = false;
        long waited = 0;
        while (thread.isAlive() && waited < millis) {
            try {
                thread.join(millis);
                waited = millis;
            } catch (InterruptedException e) {
                interrupted = true;
                waited += millis / 4;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll(Exception failure, @Nullable AutoCloseable... all) {
        for (AutoCloseable one : all) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static InetAddress address(IngestConfig config) throws IngestException {
        InetAddress address;
        try {
            address = InetAddress.getByName(config.host());
        } catch (UnknownHostException e) {
            throw new IngestException(
                    Kind.BIND, "ingest cannot listen on " + config.host() + ": no such host; use 127.0.0.1", e);
        }
        String exposure = exposure(config, address);
        if (!exposure.isEmpty()) {
            throw new IngestException(Kind.EXPOSED, exposure, null);
        }
        return address;
    }

    /** Why an address may not be listened on; empty if it may. */
    private static String exposure(IngestConfig config, InetAddress address) {
        boolean tls = config.tls() != null;
        if (address.isLoopbackAddress() || (tls && config.asksForToken())) {
            return "";
        }
        String missing = tls ? "a token" : config.asksForToken() ? "TLS" : "TLS and a token";
        return "ingest does not listen on " + config.host() + ":" + config.port() + " without " + missing
                + ", as that is beyond loopback; configure " + missing + ", or use 127.0.0.1";
    }

    private static void checkExposure(IngestConfig config, InetAddress address) {
        String exposure = exposure(config, address);
        if (!exposure.isEmpty()) {
            throw new IllegalArgumentException("token: " + exposure);
        }
    }

    private static FolderLock lock(Path folder) throws IngestException {
        FolderLock lock;
        try {
            Files.createDirectories(folder);
            lock = FolderLock.tryLock(folder);
        } catch (IOException e) {
            throw new IngestException(
                    Kind.UNWRITABLE,
                    "the data folder " + folder + " cannot be written (" + LogLimit.clean(reason(e))
                            + "); make it writable, or choose another with --data",
                    e);
        }
        if (lock == null) {
            throw new IngestException(
                    Kind.LOCKED,
                    "the data folder " + folder
                            + " is used by another collector; stop that one, or choose another folder with --data",
                    null);
        }
        return lock;
    }

    private static String reason(Exception e) {
        // file system exceptions say only the path in their message
        return e instanceof java.nio.file.FileSystemException
                ? e.toString().replaceFirst("^[\\w.]*\\.", "")
                : String.valueOf(e.getMessage());
    }

    private static long freeBytes(Path folder) {
        // asked before each write: Files.getFileStore would read the table of all mounts each time
        long free = folder.toFile().getUsableSpace();
        if (free == 0 && !Files.isDirectory(folder)) {
            throw new UncheckedIOException(new NoSuchFileException(folder.toString()));
        }
        return free;
    }

    /**
     * What tests replace.
     *
     * @param nanos a clock for durations
     * @param freeBytes free space of the disk of the data folder
     * @param wrap puts something around the journal
     */
    record Seams(
            Clock clock, LongSupplier nanos, LongSupplier freeBytes, java.util.function.UnaryOperator<Journal> wrap) {}
}
