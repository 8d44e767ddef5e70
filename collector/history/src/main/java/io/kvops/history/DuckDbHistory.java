package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history in DuckDB. Writers take turns; readers see the state of one moment and wait for nobody. */
final class DuckDbHistory implements History {
    private static final long NONE = Long.MIN_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbHistory.class);
    private static final long UPKEEP_MILLIS = 1_000;
    private static final Duration BACKUP_TIMEOUT = Duration.ofHours(1);

    private final Clock clock;
    private final @Nullable FolderLock lock;
    private final Database database;
    private final Sources sources;
    private final State state;
    private final Upkeep upkeep;
    private final SeriesTable series;
    private final RowWriter rows;
    private final ScheduledThreadPoolExecutor upkeepThread;

    /** Held by the one who does upkeep. */
    private final ReentrantLock upkeeping = new ReentrantLock();

    private volatile long position;
    private volatile long lastCommitMillis;
    private final AtomicLong failures = new AtomicLong();
    private final Resolution resolution;
    private volatile boolean closed;

    /** A commit failed, and may have been written all the same. */
    private boolean unsure;

    /** Position that the commit under way, or the last one that failed, is to reach. */
    private long awaited = NONE;

    private boolean failing;

    private DuckDbHistory(
            HistoryConfig config,
            Clock clock,
            @Nullable FolderLock lock,
            Database database,
            DuckDBConnection connection,
            Tuning tuning)
            throws SQLException {
        this.clock = clock;
        this.lock = lock;
        this.database = database;
        if (Catalog.read(connection).levels().isEmpty()) {
            Catalog.create(connection, config, clock.millis());
        }
        this.resolution = new Resolution(config.maxFineSeries());
        Path folder = config.folder();
        Path archive = folder == null ? null : folder.toAbsolutePath().resolve("archive");
        this.sources = new Sources(archive);
        this.state = new State(Catalog.read(connection), config);
        this.upkeep = new Upkeep(
                database, state, sources, archive == null ? null : new Archive(archive), tuning.rowsAtATime());
        this.series = new SeriesTable(connection, config.maxSeries());
        this.rows = new RowWriter(
                state, resolution, series, new GaugeTable(connection, clock), new Sums(connection, tuning.sumsOver()));
        this.position = Rollup.number(connection, "SELECT position FROM store.meta");
        state.forgetIds = rows::forgetIds;
        this.upkeepThread = new ScheduledThreadPoolExecutor(1, DuckDbHistory::upkeepThread);
    }

    /** Of the lowest priority: upkeep may take its time. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing depends on it
    private static Thread upkeepThread(Runnable task) {
        Thread thread = new Thread(task, "kvops-history");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    static DuckDbHistory open(HistoryConfig config, Clock clock) throws HistoryException {
        return open(config, clock, Tuning.DEFAULTS);
    }

    static DuckDbHistory open(HistoryConfig config, Clock clock, Tuning tuning) throws HistoryException {
        Path folder = config.folder();
        FolderLock lock = null;
        Database database = null;
        try {
            if (folder != null) {
                Database.createFolder(folder);
                lock = FolderLock.acquire(folder);
            }
            FolderLock held = lock;
            Database opened = Database.open(config);
            database = opened;
            DuckDbHistory history = opened.write("open", connection -> {
                Schema.ensure(connection, opened.place());
                return new DuckDbHistory(config, clock, held, opened, connection, tuning);
            });
            history.start();
            return history;
        } catch (HistoryException | RuntimeException e) {
            closeAfter(e, database);
            closeAfter(e, lock);
            throw e;
        }
    }

    private static void closeAfter(Exception e, @Nullable AutoCloseable opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (Exception secondary) {
                e.addSuppressed(secondary);
            }
        }
    }

    private void start() {
        var unused = upkeepThread.scheduleWithFixedDelay(
                this::upkeepAndLog, UPKEEP_MILLIS, UPKEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void upkeepAndLog() {
        try {
            upkeep();
            if (failing) {
                failing = false;
                LOG.info("upkeep of {} works again", database.place());
            }
        } catch (HistoryException | RuntimeException e) {
            failures.incrementAndGet();
            if (!failing) {
                failing = true;
                LOG.warn("{}; tried again each second, nothing is lost", e.getMessage());
            }
        }
    }

    @Override
    public void upkeep() throws HistoryException {
        upkeeping.lock();
        try {
            if (!closed) {
                upkeep.run(clock.millis());
            }
        } finally {
            upkeeping.unlock();
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long bucketMillis() {
        return resolution.bucketMillis();
    }

    @Override
    public long gaugesLeftOut() {
        return state.gaugesLeftOut.get();
    }

    @Override
    public void commit(Batch batch) throws HistoryException {
        state.writing.lock();
        try {
            recover();
            if (batch.position() == awaited && position == awaited) {
                awaited = NONE;
                return; // it had been written when it seemed to fail
            }
            if (batch.position() < position) {
                throw new HistoryException(
                        Kind.FAILED,
                        "batch of position " + batch.position() + " came after that of " + position
                                + " (expected no less); nothing was written",
                        null);
            }
            List<Runnable> after = new ArrayList<>();
            unsure = true;
            // a batch without a frame of the journal does not move the position, so nothing tells whether it was
            // written
            awaited = batch.position() > position ? batch.position() : NONE;
            database.change("commit", connection -> {
                ChunkWriter writer = new ChunkWriter(connection, state.catalog, state.slice, state.nextChunkId);
                rows.write(batch, connection, writer, after);
                Database.execute(connection, "UPDATE store.meta SET position = " + batch.position());
                after.add(() -> accept(writer));
            });
            after.forEach(Runnable::run);
            unsure = false;
            awaited = NONE;
            position = batch.position();
            lastCommitMillis = clock.millis();
            resolution.saw(batch.ops());
        } finally {
            state.writing.unlock();
        }
    }

    /** Finds out what is on the disk after a commit has failed: a log may have got it before the error. */
    private void recover() throws HistoryException {
        if (unsure) {
            database.change("recover", c -> {
                Catalog found = Catalog.read(c);
                for (Level level : Level.ALL) {
                    LevelState announced = state.catalog.level(level);
                    found = found.with(level, found.level(level).withUpto(announced.uptoMillis()));
                }
                state.catalog = found.sealedAs(state.catalog);
                state.forgetIds.run();
                rows.reload(c);
                position = Rollup.number(c, "SELECT position FROM store.meta");
            });
            unsure = false;
        }
    }

    private void accept(ChunkWriter writer) {
        if (!writer.created().isEmpty()) {
            state.catalog = state.catalog.with(writer.created());
        }
        state.late.addAndGet(writer.late());
        state.expired.addAndGet(writer.expired());
    }

    @Override
    public void addGauges(List<GaugePoint> points) throws HistoryException {
        state.writing.lock();
        try {
            recover();
            List<Runnable> after = new ArrayList<>();
            unsure = true;
            database.change("write gauges", connection -> {
                ChunkWriter writer = new ChunkWriter(connection, state.catalog, state.slice, state.nextChunkId);
                rows.write(points, connection, writer, after);
                after.add(() -> accept(writer));
            });
            after.forEach(Runnable::run);
            unsure = false;
        } finally {
            state.writing.unlock();
        }
    }

    @Override
    public void addEvents(List<Event> events) throws HistoryException {
        state.writing.lock();
        try {
            database.change("write events", connection -> {
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO store.events VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                    for (Event e : events) {
                        insert.setLong(1, e.atMillis());
                        insert.setString(2, e.kind());
                        insert.setString(3, e.severity());
                        insert.setString(4, e.who());
                        insert.setString(5, e.subject());
                        insert.setString(6, e.title());
                        insert.setString(7, e.details());
                        insert.execute();
                    }
                }
            });
        } finally {
            state.writing.unlock();
        }
    }

    @Override
    public OpsAnswer ops(OpsQuery query) throws HistoryException {
        return database.read("query operations", c -> new OpsReader(c, Catalog.read(c), sources, query).answer());
    }

    @Override
    public HotKeys hotKeys(long fromMillis, long toMillis, int limit) throws HistoryException {
        return facts("query hot keys", f -> f.hotKeys(fromMillis, toMillis, limit));
    }

    @Override
    public List<SlowOpPoint> slowOps(long fromMillis, long toMillis, Map<Dimension, String> where, int limit)
            throws HistoryException {
        return facts("query slow operations", f -> f.slowOps(fromMillis, toMillis, where, limit));
    }

    @Override
    public Map<String, Long> dropped(long fromMillis, long toMillis) throws HistoryException {
        return facts("query what was dropped", f -> f.dropped(fromMillis, toMillis));
    }

    @Override
    public Batch.@Nullable Coverage coverage(long fromMillis, long toMillis) throws HistoryException {
        return facts("query coverage", f -> f.coverage(fromMillis, toMillis)).orElse(null);
    }

    @Override
    public List<GaugePoint> gauges(
            String kind, String subject, String name, long fromMillis, long toMillis, long stepMillis, int limit)
            throws HistoryException {
        return facts("query gauges", f -> f.gauges(kind, subject, name, fromMillis, toMillis, stepMillis, limit));
    }

    @Override
    public List<GaugePoint> latestGauges(String kind, long sinceMillis) throws HistoryException {
        return facts("query gauges", f -> f.latestGauges(kind, sinceMillis));
    }

    @Override
    public List<Event> events(Set<String> kinds, long fromMillis, long toMillis, int limit) throws HistoryException {
        return facts("query events", f -> f.events(kinds, fromMillis, toMillis, limit));
    }

    @Override
    public QueryResult query(String sql, QueryLimits limits) throws HistoryException {
        return database.isolated(limits.timeout(), c -> {
            Database.execute(c, "BEGIN TRANSACTION READ ONLY");
            String checked = checked(c, sql, limits);
            return UserSql.run(c, checked, limits.maxRows());
        });
    }

    @Override
    public Exported export(String sql, ExportFormat format, Path root, String name, QueryLimits limits)
            throws HistoryException {
        Path file = Export.within(root, name);
        Path own = folder("export");
        return database.isolated(limits.timeout(), c -> {
            Database.execute(c, "BEGIN TRANSACTION READ ONLY");
            return Export.write(c, checked(c, sql, limits), format, own, file, limits);
        });
    }

    /** A query of a user once it is known to be harmless; the views that it asks are there. */
    private String checked(DuckDBConnection connection, String sql, QueryLimits limits)
            throws SQLException, HistoryException {
        return new UserSql(connection, sql)
                .checked(Views.create(connection, Catalog.read(connection), sources, limits.hiddenKinds()));
    }

    private Path folder(String what) throws HistoryException {
        Path folder = state.config.folder();
        if (folder == null) {
            throw new HistoryException(Kind.FAILED, what + ": the history is in memory only; give it a folder", null);
        }
        return folder.toAbsolutePath().normalize();
    }

    @Override
    public long backup(Path target) throws HistoryException {
        Backup backup = new Backup(folder("backup"), target);
        return database.isolated(BACKUP_TIMEOUT, c -> backup.write(c, clock.millis()));
    }

    @Override
    public HistoryStats stats() throws HistoryException {
        Path folder = state.config.folder();
        long archived = folder == null ? 0 : Archive.bytes(folder.resolve("archive"));
        int known;
        state.writing.lock();
        try {
            known = series.size();
        } finally {
            state.writing.unlock();
        }
        return database.read(
                "stats",
                c -> StatsReader.read(
                        c,
                        new HistoryStats(
                                position,
                                lastCommitMillis,
                                upkeep.lagMillis(clock.millis()),
                                bucketMillis(),
                                resolution.active(),
                                known,
                                0,
                                state.late.get(),
                                state.expired.get(),
                                state.slowOpsForgotten.get(),
                                failures.get(),
                                database.bytes(),
                                archived,
                                0,
                                List.of())));
    }

    @Override
    public void apply(HistoryConfig config) throws HistoryException {
        if (!Objects.equals(config.folder(), state.config.folder())) {
            throw new IllegalArgumentException("folder: " + config.folder() + " (expected " + state.config.folder()
                    + "; another one needs a restart)");
        }
        database.configure(config.memoryLimitBytes(), config.threads());
        state.writing.lock();
        try {
            state.config = config;
            series.resize(config.maxSeries());
            resolution.limit(config.maxFineSeries());
        } finally {
            state.writing.unlock();
        }
    }

    @Override
    public void close() throws HistoryException {
        state.closing = true;
        upkeepThread.shutdown();
        upkeeping.lock();
        try {
            closed = true;
        } finally {
            upkeeping.unlock();
        }
        try {
            database.close();
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** What is asked within one transaction. */
    private interface Question<T> {
        T ask(FactsReader facts) throws SQLException;
    }

    private <T> T facts(String what, Question<T> question) throws HistoryException {
        return database.read(what, c -> question.ask(new FactsReader(c, Catalog.read(c), sources)));
    }
}
