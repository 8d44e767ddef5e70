package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tasks that this process owns, their threads, and who waits for them. Its monitor guards all of them. */
final class Engine implements Live.Host, AutoCloseable {
    private static final int LOOK_EACH_BEATS = 10;

    /** What may fail for the disk's sake, and is tried again. */
    interface Look {
        void around() throws TaskException;
    }

    private final TasksConfig config;
    private final Map<String, Work> works;
    private final Object monitor = new Object();
    private final Map<String, Live> live = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<TaskStatus>> waiters = new HashMap<>();
    private final EventHub events;
    private final ExecutorService threads;
    private final ScheduledExecutorService keeper;
    private final ExecutorService completer;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong pickedUp = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong logLinesDropped = new AtomicLong();
    private int onThreads;
    private int maxRunning;
    private int beats;
    private boolean closed;
    private Look look = () -> {};

    Engine(TasksConfig config, Map<String, Work> works) {
        this.config = config;
        this.works = works;
        maxRunning = config.maxRunning();
        events = new EventHub(config.problems());
        threads = Executors.newCachedThreadPool(named("kvops-task-"));
        keeper = Executors.newSingleThreadScheduledExecutor(named("kvops-tasks"));
        completer = Executors.newSingleThreadExecutor(named("kvops-task-done"));
    }

    private static ThreadFactory named(String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            String name = role.endsWith("-") ? role + number.incrementAndGet() : role;
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a beat catches what it fails of
    void start(Look around) {
        look = around;
        long nanos = config.heartbeat().toNanos();
        keeper.scheduleWithFixedDelay(this::beat, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            all().forEach(Live::beat);
            if (++beats % LOOK_EACH_BEATS == 0) {
                look.around();
            }
            run();
        } catch (TaskException | RuntimeException e) {
            problem("tasks can't be looked after: " + Text.reason(e));
        }
    }

    /** Looks around before the next heartbeat. */
    void lookSoon() {
        try {
            keeper.execute(() -> {
                try {
                    look.around();
                } catch (TaskException | RuntimeException e) {
                    problem("tasks can't be looked after: " + Text.reason(e));
                }
            });
        } catch (RejectedExecutionException e) {
            // closed
        }
    }

    /** @throws IllegalArgumentException if nothing here does such work */
    Work work(String kind) {
        Work work = works.get(kind);
        if (work == null) {
            throw new IllegalArgumentException(
                    "kind: '" + kind + "' (expected one of " + new java.util.TreeSet<>(works.keySet()) + ")");
        }
        return work;
    }

    boolean knows(String kind) {
        return works.containsKey(kind);
    }

    /** @throws TaskException of kind FULL or CLOSED if no more tasks are taken */
    void room() throws TaskException {
        synchronized (monitor) {
            if (closed) {
                throw new TaskException(Kind.CLOSED, "tasks in " + config.folder() + " are being closed");
            }
            long waiting = live.values().stream().filter(Live::waits).count();
            boolean free = onThreads + waiting < maxRunning;
            if (!free && waiting >= config.maxQueued()) {
                refused.incrementAndGet();
                throw new TaskException(
                        Kind.FULL,
                        onThreads + " tasks run and " + waiting + " wait, which is the limit (" + maxRunning + " and "
                                + config.maxQueued() + "); try again when some have ended: kvops tasks list");
            }
        }
    }

    void limit(int tasksAtOnce) {
        synchronized (monitor) {
            maxRunning = tasksAtOnce;
        }
        run();
    }

    void add(Live task) {
        synchronized (monitor) {
            live.put(task.id(), task);
            changed(new TaskEvent(TaskEvent.Type.STATE, task.status()));
        }
    }

    void pickedUp(Live task) {
        pickedUp.incrementAndGet();
        task.log("picked up again from its checkpoint: its process is gone");
        add(task);
    }

    @Nullable
    Live live(String id) {
        synchronized (monitor) {
            return live.get(id);
        }
    }

    private List<Live> all() {
        synchronized (monitor) {
            return new ArrayList<>(live.values());
        }
    }

    List<Live> blocked() {
        synchronized (monitor) {
            return live.values().stream().filter(Live::blocked).toList();
        }
    }

    void unblock(Live task) {
        synchronized (monitor) {
            task.unblock();
        }
    }

    /** Gives free threads to what is due, the oldest first. */
    void run() {
        synchronized (monitor) {
            for (Live task : live.values()) {
                if (closed || onThreads >= maxRunning) {
                    return;
                }
                if (task.due()) {
                    Work work = work(task.record().request().kind());
                    task.takeThread();
                    onThreads++;
                    threads.execute(() -> run(task, work));
                }
            }
        }
    }

    private void run(Live task, Work work) {
        try {
            task.run(work);
        } finally {
            synchronized (monitor) {
                onThreads--;
                monitor.notifyAll();
            }
            run();
        }
    }

    CompletionStage<TaskStatus> waiter(String id) {
        synchronized (monitor) {
            if (closed) {
                return CompletableFuture.failedFuture(closing());
            }
            return waiters.computeIfAbsent(id, i -> new CompletableFuture<>()).minimalCompletionStage();
        }
    }

    /** Completes stages of tasks that are not this process's, or no longer. */
    void settle(Function<String, @Nullable TaskStatus> find) {
        List<String> ids;
        synchronized (monitor) {
            ids = waiters.keySet().stream().filter(id -> !live.containsKey(id)).toList();
        }
        for (String id : ids) {
            TaskStatus status = find.apply(id);
            if (status != null && status.state().ended()) {
                synchronized (monitor) {
                    complete(status);
                }
            }
        }
    }

    private void complete(TaskStatus status) {
        CompletableFuture<TaskStatus> waiter = waiters.remove(status.id());
        if (waiter != null && !closed) {
            waiter.completeAsync(() -> status, completer);
        } else if (waiter != null) {
            waiter.complete(status);
        }
    }

    EventHub events() {
        return events;
    }

    void damaged() {
        damaged.incrementAndGet();
    }

    TasksStats stats() {
        synchronized (monitor) {
            return new TasksStats(
                    onThreads,
                    (int) live.values().stream().filter(Live::waits).count(),
                    refused.get(),
                    pickedUp.get(),
                    events.dropped(),
                    damaged.get(),
                    (int) live.values().stream().filter(Live::unwritten).count(),
                    logLinesDropped.get());
        }
    }

    @Override
    public Object monitor() {
        return monitor;
    }

    @Override
    public Instant now() {
        return config.clock().instant();
    }

    @Override
    public long nanos() {
        return config.nanos().getAsLong();
    }

    @Override
    public void changed(TaskEvent event) {
        events.tell(event);
    }

    @Override
    public void atRest(Live task) {
        synchronized (monitor) {
            live.remove(task.id());
            if (live.values().stream().anyMatch(Live::blocked)) {
                lookSoon(); // it may wait for this one's end
            }
            TaskStatus status = task.status();
            if (status.state().ended()) {
                complete(status);
            }
        }
    }

    @Override
    public void problem(String line) {
        config.problems().accept(line);
    }

    @Override
    public void logLineDropped() {
        logLinesDropped.incrementAndGet();
    }

    private TaskException closing() {
        return new TaskException(
                Kind.CLOSED,
                "tasks in " + config.folder() + " are closed; this one goes on when they are opened again");
    }

    @Override
    public void close() {
        synchronized (monitor) {
            if (closed) {
                return;
            }
            closed = true;
        }
        keeper.shutdownNow();
        all().forEach(Live::close);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(config.closeWait().toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
                if (!threads.awaitTermination(config.closeWait().toMillis(), TimeUnit.MILLISECONDS)) {
                    all().forEach(task -> problem("task " + task.id() + " does not stop; it is left running"));
                }
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        synchronized (monitor) {
            waiters.values().forEach(waiter -> waiter.completeExceptionally(closing()));
            waiters.clear();
        }
        completer.shutdown();
        events.close();
    }
}
