package io.kvops.history;

import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Starts threads of the database: they have the priority of the one that starts them, which is to be the lowest, as agents
 * wait for the processor to acknowledge their frames.
 */
final class Background {
    private Background() {}

    /** What starts threads. */
    interface Start<T> {
        T call() throws SQLException;
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing depends on it
    static <T> T call(Start<T> start) throws SQLException {
        FutureTask<T> task = new FutureTask<>(start::call);
        // not of the caller, who may not get its own priority back
        Thread thread = new Thread(task, "kvops-history-start");
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failed) {
                throw failed;
            }
            throw new SQLException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
