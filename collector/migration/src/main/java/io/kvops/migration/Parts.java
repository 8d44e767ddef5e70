package io.kvops.migration;

import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStopped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Works on the parts of a phase side by side, keeps checkpoints, stops when the task is to stop. */
final class Parts {
    private static final long LOOK_MILLIS = 20;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** A run that is killed soon should have got on. */
    private static final long FIRST_KEPT_NANOS = 100_000_000L;

    /** What is done with a part, until it is done or is to stop. */
    interface Work {
        void run(Part part) throws Exception;
    }

    /** What is done each second beside the work. */
    interface EachSecond {
        void run() throws Exception;
    }

    private final TaskContext context;
    private final LongSupplier nanos;
    private final long total;
    private final JobState begun;
    private final List<Part> parts = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stop;
    private long since;
    private JobState kept;

    /** @param total keys that this phase has to look at, -1 if unknown */
    Parts(TaskContext context, LongSupplier nanos, JobState begun, long total) {
        this.context = context;
        this.nanos = nanos;
        this.begun = begun;
        this.kept = begun;
        this.total = total;
        for (PartState state : begun.parts()) {
            parts.add(new Part(parts.size(), state));
        }
    }

    /** A part on its way. Its state is written by one thread and read by others. */
    final class Part {
        private final int index;
        private volatile PartState state;
        private volatile long scanned;
        private PartState base;

        private Part(int index, PartState state) {
            this.index = index;
            this.state = state;
            this.base = state;
        }

        int index() {
            return index;
        }

        PartState state() {
            return state;
        }

        boolean stop() {
            return stop;
        }

        TaskContext context() {
            return context;
        }

        /** A new try begins at the state. */
        void restart() {
            base = state;
            scanned = 0;
        }

        /** A key of the source was seen. By the part's thread alone. */
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        void seen() {
            scanned++;
        }

        /** What was done since {@link #restart} is sure. */
        void sure(String rest, boolean done, Tally tally) {
            sure(rest, done, tally, "");
        }

        /** @param kept what the target needs to go on */
        void sure(String rest, boolean done, Tally tally, String kept) {
            state = new PartState(rest, done, base.tally().plus(tally).plus(Tally.Of.SCANNED, scanned), kept);
        }

        /** Returns when what is sure is in a checkpoint. */
        void keep() throws TaskException {
            Parts.this.keep();
        }

        private long progress() {
            return base.tally().get(Tally.Of.SCANNED) + scanned;
        }
    }

    /**
     * Works until all parts are done.
     *
     * @return the state then
     * @throws TaskStopped if the task was to stop; a checkpoint is kept then
     */
    JobState run(String threadName, int threads, Work work, EachSecond second) throws Exception {
        since = nanos.getAsLong();
        List<Part> open = parts.stream().filter(part -> !part.state().done()).toList();
        int count = Math.min(threads, open.size());
        CountDownLatch ended = new CountDownLatch(count);
        AtomicInteger next = new AtomicInteger();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work(open, next, work);
                        } finally {
                            ended.countDown();
                        }
                    },
                    threadName + "-" + (i + 1));
            thread.setDaemon(true);
            thread.start();
            running.add(thread);
        }
        try {
            watch(ended, second);
        } finally {
            stop = true;
            join(running);
        }
        Throwable failed = failure.get();
        try {
            keep();
        } catch (TaskException e) {
            if (failed == null) {
                throw e;
            }
            failed.addSuppressed(e);
        }
        if (failed instanceof Exception exception) {
            throw exception;
        }
        if (failed instanceof Error error) {
            throw error;
        }
        if (parts.stream().anyMatch(part -> !part.state().done())) {
            context.pausePoint();
            throw new IllegalStateException("parts are left, and nobody asked to stop");
        }
        return kept;
    }

    private void work(List<Part> open, AtomicInteger next, Work work) {
        for (int i = next.getAndIncrement(); i < open.size() && !stop; i = next.getAndIncrement()) {
            try {
                work.run(open.get(i));
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                stop = true;
            }
        }
    }

    private void watch(CountDownLatch ended, EachSecond second) throws Exception {
        long looked = nanos.getAsLong();
        long keptAt = looked;
        long keepNanos = FIRST_KEPT_NANOS;
        while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (context.stopWanted()) {
                stop = true;
            }
            say();
            long now = nanos.getAsLong();
            if (now - keptAt >= keepNanos) {
                keep();
                keptAt = now;
                keepNanos = Math.min(2 * keepNanos, SECOND_NANOS);
            }
            if (now - looked >= SECOND_NANOS) {
                second.run();
                looked = now;
            }
        }
        say();
    }

    /** Keys that were seen so far in this phase. */
    long scanned() {
        long done = 0;
        for (Part part : parts) {
            done += part.progress();
        }
        return done;
    }

    private void say() {
        long done = scanned();
        context.progress(
                done, total < 0 ? -1 : Math.max(done, total), begun.phase().unit());
    }

    private synchronized void keep() throws TaskException {
        List<PartState> states = parts.stream().map(Part::state).toList();
        long now = nanos.getAsLong();
        kept = kept.with(states, now - since);
        since = now;
        context.checkpoint(kept.encode());
    }

    /** A thread that waits for a store ends when that answers or its time is over; the task ends with it. */
    private static void join(List<Thread> running) {
        boolean interrupted = false;
        for (Thread thread : running) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    running.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
