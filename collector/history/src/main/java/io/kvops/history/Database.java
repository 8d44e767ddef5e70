package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The embedded database: its one instance, and connections to it, each lent to one transaction. An instance that a failed
 * disk has made unusable is opened anew by the next transaction. Any thread may call.
 */
final class Database implements AutoCloseable {
    static final String FILE = "history.duckdb";

    /** How long closing waits for queries that it has cancelled. */
    private static final long CANCEL_MILLIS = 5_000;

    /** Transactions at a time, beside queries of users; more wait. Bounds memory that they take. */
    private static final int MAX_CONNECTIONS = 16;

    /**
     * Rows of a row group, a multiple of DuckDB's vector of 2,048: a checkpoint writes the last group of each table anew,
     * and a question for one series reads whole groups, so the default of 122,880 costs both dearly.
     */
    private static final int ROW_GROUP = 8_192;

    /** The name under which the file is attached. */
    private static final String ATTACHED = "kvops";

    /** The log grows to this part of the memory before a checkpoint. */
    private static final long CHECKPOINT_SHARE = 4;

    private final HistoryConfig config;
    private volatile long memoryLimitBytes;
    private final @Nullable Path file;
    private final Queries queries = new Queries(CANCEL_MILLIS);
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS, true);
    private final Object lock = new Object();
    private final Deque<DuckDBConnection> idle = new ArrayDeque<>();
    private @Nullable DuckDBConnection root;
    private int lent;

    /** A failed disk has made the instance unusable: it is opened anew once nobody uses it. */
    private boolean broken;

    private boolean closed;

    private Database(HistoryConfig config) {
        this.config = config;
        this.memoryLimitBytes = config.memoryLimitBytes();
        Path folder = config.folder();
        this.file = folder == null ? null : folder.toAbsolutePath().normalize().resolve(FILE);
    }

    /** What is done with a connection. */
    interface Work<T> {
        T run(DuckDBConnection connection) throws SQLException, HistoryException;
    }

    /** As {@link Work}, without a result. */
    interface Action {
        void run(DuckDBConnection connection) throws SQLException, HistoryException;
    }

    static Database open(HistoryConfig config) throws HistoryException {
        Database database = new Database(config);
        try {
            synchronized (database.lock) {
                database.root();
            }
        } catch (SQLException e) {
            throw database.failure("open", e);
        }
        return database;
    }

    /** Where it is, for messages. */
    String place() {
        return file == null ? "the history in memory" : file.toString();
    }

    @Nullable
    Path file() {
        return file;
    }

    /** Runs a transaction of one moment, and rolls it back: temporary tables go with it. */
    <T> T read(String what, Work<T> work) throws HistoryException {
        return run(what, work, false);
    }

    /** Runs a transaction, and commits it. If that fails nothing of it is written. */
    <T> T write(String what, Work<T> work) throws HistoryException {
        return run(what, work, true);
    }

    void change(String what, Action action) throws HistoryException {
        write(what, connection -> {
            action.run(connection);
            return true;
        });
    }

    private <T> T run(String what, Work<T> work, boolean commit) throws HistoryException {
        free.acquireUninterruptibly();
        try {
            DuckDBConnection connection = borrow(what);
            boolean healthy = false;
            try {
                // in words, as with setAutoCommit(false) an appender that comes first commits on its own
                execute(connection, "BEGIN TRANSACTION");
                T result = work.run(connection);
                execute(connection, commit ? "COMMIT" : "ROLLBACK");
                healthy = true;
                return result;
            } catch (SQLException e) {
                synchronized (lock) {
                    broken |= Failures.isFatal(e);
                }
                throw failure(what, e);
            } finally {
                giveBack(connection, healthy);
            }
        } finally {
            free.release();
        }
    }

    /** Applies what may change while it is open. */
    void configure(long memoryLimitBytes, int threads) throws HistoryException {
        this.memoryLimitBytes = memoryLimitBytes;
        change("configure", c -> {
            execute(c, "SET memory_limit = '" + memoryLimitBytes + "B'");
            Background.call(() -> {
                execute(c, "SET threads = " + threads);
                return true;
            });
        });
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String currentDatabase(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT current_database()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Returns how many rows it changed. */
    static long update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    @Override
    public void close() throws HistoryException {
        queries.close();
        free.acquireUninterruptibly(MAX_CONNECTIONS);
        try {
            synchronized (lock) {
                closed = true;
                closeAll();
            }
        } catch (SQLException e) {
            throw failure("close", e);
        } finally {
            free.release(MAX_CONNECTIONS);
        }
    }

    private DuckDBConnection borrow(String what) throws HistoryException {
        synchronized (lock) {
            if (closed) {
                throw new HistoryException(Kind.FAILED, what + ": the history is closed", null);
            }
            try {
                if (broken && lent > 0) {
                    throw new HistoryException(
                            Kind.DISK, what + ": " + place() + " is about to be opened anew; try again", null);
                }
                if (broken) {
                    closeAll();
                    broken = false;
                }
                DuckDBConnection connection = idle.poll();
                if (connection == null) {
                    connection = another();
                }
                lent++;
                return connection;
            } catch (SQLException e) {
                throw failure(what, e);
            }
        }
    }

    private void giveBack(DuckDBConnection connection, boolean healthy) {
        synchronized (lock) {
            lent--;
            if (healthy && !closed && !broken) {
                idle.push(connection);
                return;
            }
            try {
                connection.close();
            } catch (SQLException e) {
                // it is of no more use either way
            }
        }
    }

    private DuckDBConnection another() throws SQLException {
        DuckDBConnection connection = root().duplicate();
        if (file != null) {
            execute(connection, "USE " + ATTACHED);
        }
        return connection;
    }

    private DuckDBConnection root() throws SQLException {
        DuckDBConnection open = root;
        if (open != null) {
            return open;
        }
        Properties properties = new Properties();
        properties.setProperty("memory_limit", memoryLimitBytes + "B");
        // each checkpoint rewrites blocks that are not full; what it has not reached is held in memory
        properties.setProperty("checkpoint_threshold", memoryLimitBytes / CHECKPOINT_SHARE + "B");
        properties.setProperty("threads", Integer.toString(config.threads()));
        properties.setProperty("preserve_insertion_order", "false");
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("allow_community_extensions", "false");
        if (file != null) {
            properties.setProperty("temp_directory", file.resolveSibling("temp").toString());
        }
        DuckDBConnection connection =
                Background.call(() -> (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
        try {
            attach(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        root = connection;
        NativeLibrary.unlink();
        return connection;
    }

    private void attach(DuckDBConnection connection) throws SQLException {
        if (file != null) {
            String name = Sources.text(file.toString());
            execute(connection, "ATTACH " + name + " AS " + ATTACHED + " (ROW_GROUP_SIZE " + ROW_GROUP + ")");
            execute(connection, "SET allowed_directories = [" + Sources.text(file.getParent() + "/") + "]");
        }
        execute(connection, "SET enable_external_access = false");
    }

    private void closeAll() throws SQLException {
        SQLException failed = null;
        for (DuckDBConnection connection : idle) {
            try {
                connection.close();
            } catch (SQLException e) {
                failed = e;
            }
        }
        idle.clear();
        DuckDBConnection open = root;
        root = null;
        if (open != null) {
            open.close();
        }
        if (failed != null) {
            throw failed;
        }
    }

    HistoryException failure(String what, SQLException e) {
        return Failures.of(what, place(), e);
    }

    /** Bytes of the file and of its log. */
    long bytes() {
        if (file == null) {
            return 0;
        }
        return file.toFile().length() + new File(file + ".wal").length();
    }

    /** Runs queries of a user on a connection that serves nothing else, and is closed. */
    <T> T isolated(Duration timeout, Work<T> work) throws HistoryException {
        return queries.run(query -> {
            DuckDBConnection connection = lend();
            try {
                query.runsOn(connection);
                execute(connection, "SET max_execution_time = " + timeout.toMillis());
                execute(connection, "SET operator_memory_limit = '" + memoryLimitBytes / 2 + "B'");
                return work.run(connection);
            } catch (SQLException e) {
                throw query.isCancelled() ? Queries.givenUp() : Failures.ofQuery(e);
            } finally {
                giveBack(connection, false);
            }
        });
    }

    private DuckDBConnection lend() throws HistoryException {
        synchronized (lock) {
            if (closed) {
                throw new HistoryException(Kind.FAILED, "query: the history is closed", null);
            }
            try {
                DuckDBConnection connection = another();
                lent++;
                return connection;
            } catch (SQLException e) {
                throw failure("query", e);
            }
        }
    }

    /** Creates the folder of a history. */
    static void createFolder(Path folder) throws HistoryException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HistoryException(
                    Kind.DISK, "cannot create the folder of the history " + folder + ": " + e.getMessage(), e);
        }
    }
}
