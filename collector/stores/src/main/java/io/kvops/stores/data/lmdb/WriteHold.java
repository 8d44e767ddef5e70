package io.kvops.stores.data.lmdb;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/**
 * A write transaction that writes nothing: an LMDB has one writer at a time, of all processes, so that the others wait. It belongs to a thread
 * of its own ({@code kvops-hold}), as such a transaction does.
 */
final class WriteHold implements AutoCloseable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Env<byte[]> env;
    private final Duration atMost;
    private final Thread thread;
    private volatile boolean held;

    private WriteHold(Env<byte[]> env, Duration atMost) {
        this.env = env;
        this.atMost = atMost;
        this.thread = new Thread(this::hold, "kvops-hold");
        thread.setDaemon(true);
    }

    static WriteHold begin(Env<byte[]> env, Duration atMost) {
        WriteHold hold = new WriteHold(env, atMost);
        hold.thread.start();
        return hold;
    }

    private void hold() {
        if (over.getCount() == 0) {
            return;
        }
        try (Txn<byte[]> txn = env.txnWrite()) {
            held = true;
            begun.countDown();
            over.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            txn.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (LmdbException e) {
            held = false;
        } finally {
            begun.countDown();
        }
    }

    /** Waits until it has come to that. */
    boolean isHeld() {
        try {
            return begun.await(atMost.toMillis(), TimeUnit.MILLISECONDS) && held;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns when nothing is held any more. */
    @Override
    public void close() {
        over.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
