package io.kvops.stores;

import io.kvops.stores.Measurement.State;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures each configured store every interval and hands on what it found. Stores that answer and stores that do not
 * use different threads, so that dead ones never take the time of living ones; a measurement that is not back at its
 * timeout is given up. A store that is down is tried again after longer and longer times. Any thread may call.
 */
public final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final long IDLE_SECONDS = 5;
    private static final Duration BUSY = Duration.ofMillis(20);
    /** What a probe may take beyond its timeout before it is given up: it keeps the timeout itself as a rule. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final int MAX_DOUBLINGS = 20;
    private static final double JITTER = 0.2;

    private final Stores stores;
    private final Consumer<Measurement> sink;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor healthy;
    private final ThreadPoolExecutor doubtful;
    private final SplittableRandom random = new SplittableRandom();
    private final Map<ProbeTarget, Job> jobs = new LinkedHashMap<>();
    private final AtomicLong measurements = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong postponed = new AtomicLong();
    private final AtomicLong overdue = new AtomicLong();
    private final AtomicLong sinkFailures = new AtomicLong();
    private volatile ProberConfig config;
    private boolean started;
    private boolean closed;

    private Prober(ProberConfig config, Stores stores, Consumer<Measurement> sink, Clock clock) {
        this.stores = stores;
        this.sink = sink;
        this.clock = clock;
        this.config = config;
        config.targets().forEach(t -> stores.probe(t.address()));
        this.timer = new ScheduledThreadPoolExecutor(1, threads("kvops-prober"));
        timer.setRemoveOnCancelPolicy(true);
        this.healthy = pool("kvops-probe", config.maxThreads());
        this.doubtful = pool("kvops-probe-retry", config.maxThreads());
    }

    /**
     * With all probes of the class path. Nothing is measured before {@link #start}.
     *
     * @param sink gets each measurement, in a thread of the prober, several at a time for different targets; what it
     *     throws is logged and counted
     * @throws IllegalArgumentException if there is no probe for a target
     */
    public static Prober open(ProberConfig config, Consumer<Measurement> sink, Clock clock) {
        return open(config, Stores.load(), sink, clock);
    }

    /** The same with these probes; closing the prober closes them. */
    public static Prober open(ProberConfig config, Stores stores, Consumer<Measurement> sink, Clock clock) {
        return new Prober(config, stores, sink, clock);
    }

    /** Begins to measure: each target once at first, spread over a second. */
    public synchronized void start() {
        if (started || closed) {
            return;
        }
        started = true;
        ProberConfig first = config;
        config = new ProberConfig(List.of(), first.maxThreads(), first.maxBackOff(), first.keys());
        apply(first);
    }

    /**
     * Takes another configuration. Targets that are as before are not disturbed; one that has gone is closed, without an
     * event.
     *
     * @throws IllegalArgumentException if there is no probe for a target; then all stays as it was
     */
    public synchronized void apply(ProberConfig next) {
        next.targets().forEach(t -> stores.probe(t.address()));
        if (closed) {
            throw new IllegalStateException("the prober is closed");
        }
        boolean rebuilt = next.keys() != config.keys();
        config = next;
        if (!started) {
            return;
        }
        resize(healthy, next.maxThreads());
        resize(doubtful, next.maxThreads());
        List<Job> gone = new ArrayList<>();
        jobs.entrySet().removeIf(e -> {
            boolean stays = !rebuilt && next.targets().contains(e.getKey());
            if (!stays) {
                gone.add(e.getValue());
            }
            return !stays;
        });
        gone.forEach(Job::stop);
        int fresh = 0;
        for (ProbeTarget target : next.targets()) {
            if (!jobs.containsKey(target)) {
                ProbeContext context = new ProbeContext(target.timeout(), clock, System::nanoTime, next.keys());
                Job job = new Job(new Watched(target, stores.probe(target.address()), context));
                jobs.put(target, job);
                job.in(Duration.ofMillis(Math.min(fresh++ * 10L, 1_000)));
            }
        }
    }

    /** The configuration in force. */
    public ProberConfig config() {
        return config;
    }

    /** How each target is doing, in the configured order. */
    public synchronized List<TargetStatus> status() {
        Map<ProbeTarget, TargetStatus> found = new HashMap<>();
        jobs.forEach((target, job) -> found.put(target, job.watched.status()));
        return config.targets().stream()
                .map(t -> found.getOrDefault(t, unmeasured(t)))
                .toList();
    }

    private TargetStatus unmeasured(ProbeTarget t) {
        String subject = stores.probe(t.address()).subject(t.address());
        String name = t.name().isEmpty() ? subject : t.name();
        return new TargetStatus(t.address().kind(), subject, name, null, null, null, 0, "");
    }

    public ProberStats stats() {
        List<TargetStatus> all = status();
        int up = (int) all.stream().filter(s -> s.state() == State.UP).count();
        return new ProberStats(
                all.size(), up, measurements.get(), failures.get(), postponed.get(), overdue.get(), sinkFailures.get());
    }

    /** Stops; waits for what is under way for two seconds at most. Twice does nothing. */
    @Override
    public void close() {
        List<Job> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(jobs.values());
            jobs.clear();
        }
        timer.shutdownNow();
        all.forEach(Job::stop);
        healthy.shutdown();
        doubtful.shutdown();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            boolean ended = healthy.awaitTermination(2, TimeUnit.SECONDS)
                    && doubtful.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!ended) {
                healthy.shutdownNow();
                doubtful.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stores.close();
    }

    /** One target and its place in time. */
    private final class Job implements Runnable {
        private final Watched watched;
        private @Nullable ScheduledFuture<?> next;
        private boolean stopped;
        /** When the measurement under way was due: intervals do not drift. */
        private long dueNanos;

        private Job(Watched watched) {
            this.watched = watched;
        }

        private synchronized void in(Duration delay) {
            dueNanos = System.nanoTime() + delay.toNanos();
            schedule(delay);
        }

        private synchronized void schedule(Duration delay) {
            if (!stopped && !timer.isShutdown()) {
                next = timer.schedule(this, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            }
        }

        private void stop() {
            synchronized (this) {
                stopped = true;
                if (next != null) {
                    next.cancel(false);
                }
            }
            watched.close();
        }

        /** On the timer's thread. */
        @Override
        public void run() {
            try {
                (watched.answers() ? healthy : doubtful).execute(this::measure);
            } catch (RejectedExecutionException e) {
                postponed.incrementAndGet();
                schedule(BUSY);
            }
        }

        private void measure() {
            ScheduledFuture<?> alarm = alarm();
            try {
                List<Measurement> found;
                try {
                    found = watched.measure();
                } finally {
                    if (alarm != null) {
                        alarm.cancel(false);
                    }
                }
                found.forEach(Prober.this::hand);
            } finally {
                again();
            }
        }

        private @Nullable ScheduledFuture<?> alarm() {
            Duration limit = watched.target().timeout().plus(GRACE);
            try {
                return timer.schedule(this::giveUp, limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                return null; // closing
            }
        }

        private void giveUp() {
            Measurement given = watched.giveUp();
            if (given != null) {
                overdue.incrementAndGet();
                // not on the timer's thread, which the sink could hold up
                try {
                    doubtful.execute(() -> hand(given));
                } catch (RejectedExecutionException e) {
                    hand(given);
                }
            }
        }

        private void again() {
            long interval = watched.target().interval().toNanos();
            long failed = watched.failures();
            long backOff = failed > 1 ? backOffNanos(interval, failed) : 0;
            synchronized (this) {
                long now = System.nanoTime();
                if (backOff > 0) {
                    dueNanos = now + backOff;
                } else {
                    long missed = Math.max(0, (now - dueNanos) / interval);
                    dueNanos += (missed + 1) * interval;
                }
                schedule(Duration.ofNanos(dueNanos - now));
            }
        }
    }

    private long backOffNanos(long interval, long failed) {
        long most = Math.max(interval, config.maxBackOff().toNanos());
        double wait = Math.min((double) interval * (1L << Math.min(failed - 1, MAX_DOUBLINGS)), (double) most);
        double jitter;
        synchronized (random) {
            jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
        }
        return (long) (wait * jitter);
    }

    private void hand(Measurement measurement) {
        measurements.incrementAndGet();
        if (measurement.state() == State.DOWN) {
            failures.incrementAndGet();
        }
        try {
            sink.accept(measurement);
        } catch (RuntimeException e) {
            sinkFailures.incrementAndGet();
            LOG.warn("a measurement of {} was lost", measurement.subject(), e);
        }
    }

    private static void resize(ThreadPoolExecutor pool, int most) {
        pool.setMaximumPoolSize(most);
    }

    private static ThreadPoolExecutor pool(String name, int most) {
        return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads(name));
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
