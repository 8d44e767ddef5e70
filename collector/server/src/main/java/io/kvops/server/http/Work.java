package io.kvops.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads for answers that take their time: so many at once, so many waiting, each with a limit of time after which it is
 * interrupted. What does not fit, or takes too long, fails with a 503 at once, for who asked waits. Any thread may call.
 */
final class Work implements AutoCloseable {
    private final Vertx vertx;
    private final ThreadPoolExecutor threads;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong late = new AtomicLong();

    Work(Vertx vertx, String name, int atOnce, int waiting) {
        this.vertx = vertx;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                atOnce, atOnce, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Computes; the result comes back on the caller's event loop. */
    Future<Answer> submit(Callable<Answer> computation, Duration limit) {
        Promise<Answer> promise = Promise.promise();
        Context loop = vertx.getOrCreateContext();
        FutureTask<Void> task = new FutureTask<>(() -> {
            try {
                Answer answer = computation.call();
                loop.runOnContext(then -> promise.tryComplete(answer));
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                loop.runOnContext(then -> promise.tryFail(e));
            }
            return null;
        });
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            refused.incrementAndGet();
            return Future.failedFuture(
                    new BadRequest(503, "too many such requests are being computed already; try again"));
        }
        long timer = vertx.setTimer(limit.toMillis(), fired -> {
            if (promise.tryFail(new BadRequest(
                    503, "the answer took longer than " + limit.toSeconds() + " s; ask for less, or try again"))) {
                late.incrementAndGet();
                task.cancel(true);
                threads.remove(task);
            }
        });
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** Turned away because all was busy, since the start. */
    long refused() {
        return refused.get();
    }

    /** Given up because they took too long, since the start. */
    long late() {
        return late.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
