package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries of users, and backups: each in a thread of its own, so that who waits for one may give up, and closing goes on,
 * whatever the database does. One that is given up is cancelled; until it has ended it counts as one that runs.
 */
final class Queries {
    /** At a time; more wait. */
    static final int MAX_RUNNING = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Queries.class);

    private final long graceMillis;
    private final Semaphore free = new Semaphore(MAX_RUNNING, true);
    private final Set<Query> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param graceMillis how long closing waits for queries that it has cancelled */
    Queries(long graceMillis) {
        this.graceMillis = graceMillis;
    }

    /** What is done in the thread of a query. */
    interface Body<T> {
        T run(Query query) throws HistoryException;
    }

    /** One that runs. */
    static final class Query {
        private @Nullable DuckDBConnection connection;
        private boolean cancelled;

        /** It runs on this connection, and on no other. @throws HistoryException if it is cancelled already */
        synchronized void runsOn(DuckDBConnection used) throws HistoryException {
            if (cancelled) {
                throw givenUp();
            }
            connection = used;
        }

        synchronized boolean isCancelled() {
            return cancelled;
        }

        /** The driver interrupts what runs on a connection that is closed, and then waits until it has ended. */
        private synchronized void cancel() {
            DuckDBConnection used = connection;
            if (!cancelled && used != null) {
                Thread closing = new Thread(() -> close(used), "kvops-history-cancel");
                closing.setDaemon(true);
                closing.start();
            }
            cancelled = true;
        }

        private static void close(DuckDBConnection used) {
            try {
                used.close();
            } catch (SQLException e) {
                LOG.debug("the connection of a query that was cancelled could not be closed", e);
            }
        }
    }

    static HistoryException givenUp() {
        return new HistoryException(
                Kind.LIMIT, "query stopped: nobody waits for it any more, or the history is closed", null);
    }

    <T> T run(Body<T> body) throws HistoryException {
        try {
            free.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw givenUp();
        }
        Query query = new Query();
        FutureTask<T> task = new FutureTask<>(() -> body.run(query));
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } finally {
                        running.remove(query);
                        free.release();
                    }
                },
                "kvops-history-query");
        thread.setDaemon(true);
        running.add(query);
        boolean started = false;
        try {
            if (closed) {
                throw new HistoryException(Kind.FAILED, "query: the history is closed", null);
            }
            thread.start();
            started = true;
        } finally {
            if (!started) {
                running.remove(query);
                free.release();
            }
        }
        return answer(query, task);
    }

    private <T> T answer(Query query, FutureTask<T> task) throws HistoryException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            query.cancel();
            Thread.currentThread().interrupt();
            throw givenUp();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HistoryException failed) {
                throw failed;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Cancels all. What does not end in time keeps its connection until it does. */
    void close() {
        closed = true;
        running.forEach(Query::cancel);
        try {
            if (free.tryAcquire(MAX_RUNNING, graceMillis, TimeUnit.MILLISECONDS)) {
                free.release(MAX_RUNNING);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.warn(
                "{} queries have not ended though they were cancelled; the history is closed all the same",
                running.size());
    }
}
