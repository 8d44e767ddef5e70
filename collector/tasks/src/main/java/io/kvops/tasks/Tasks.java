package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks and keeps them in files, so that they survive their process: the entry of this module. Any thread. {@link #close}
 * stops it in order; a process that dies instead loses no more than what a task did since its last checkpoint.
 */
public final class Tasks implements AutoCloseable {
    private final TasksConfig config;
    private final TaskFolder folder;
    private final Engine engine;
    private final Upkeep upkeep;
    private final String me;

    private Tasks(TasksConfig config, TaskFolder folder, Engine engine) {
        this.config = config;
        this.folder = folder;
        this.engine = engine;
        this.me = ProcessHandle.current().pid() + "@" + host();
        this.upkeep = new Upkeep(config, folder, engine, me, id -> ask(id, Ask.CANCEL));
    }

    /**
     * Opens a folder of tasks, and picks up what a dead process left there.
     *
     * @param works what tasks can be, by kind; left tasks of other kinds stay as they are
     * @throws TaskException of kind DISK if the folder can't be used
     */
    public static Tasks open(TasksConfig config, Map<String, Work> works) throws TaskException {
        return open(config, works, new Disk());
    }

    static Tasks open(TasksConfig config, Map<String, Work> works, Disk disk) throws TaskException {
        TaskFolder folder = TaskFolder.open(config.folder(), disk);
        Tasks tasks = new Tasks(config, folder, new Engine(config, Map.copyOf(works)));
        tasks.engine.start(tasks::lookAround);
        tasks.lookAround();
        return tasks;
    }

    /**
     * Takes a task to be run as soon as a thread is free.
     *
     * @throws TaskException of kind FULL, OVERLAP or DISK; then there is no such task
     * @throws IllegalArgumentException if nothing here does such work
     */
    @SuppressWarnings("try") // the lock is held, that is its use
    public TaskStatus submit(TaskRequest request) throws TaskException {
        engine.work(request.kind());
        String id;
        try (FileLocks.Held held = folder.lock()) {
            engine.room();
            checkOverlap(request, "");
            id = folder.freeId();
            TaskRecord record = TaskRecord.fresh(id, request, now(), me);
            TaskFiles files = create(record);
            own(files, record);
        }
        if (request.overlap() == Overlap.REPLACE) {
            engine.lookSoon();
        }
        engine.run();
        return status(id);
    }

    private TaskFiles create(TaskRecord record) throws TaskException {
        try {
            return folder.create(record.id(), record);
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK,
                    "the task can't be kept in " + config.folder() + ": " + Text.reason(e)
                            + "; make room, then try again",
                    e);
        }
    }

    /** All tasks, the newest first, those of other processes too. Damaged ones are left out; {@link #stats} counts them. */
    public List<TaskStatus> list() throws TaskException {
        List<TaskStatus> all = new ArrayList<>();
        for (String id : folder.ids()) {
            TaskStatus status;
            try {
                status = find(id);
            } catch (TaskException e) {
                continue; // the next look around puts it aside and says so
            }
            if (status != null) {
                all.add(status);
            }
        }
        all.sort(Comparator.comparing(TaskStatus::created)
                .thenComparing(TaskStatus::id)
                .reversed());
        return List.copyOf(all);
    }

    /**
     * One task.
     *
     * @param id its id, or the beginning of it, if no other begins so
     * @throws TaskException of kind UNKNOWN if there is none
     */
    public TaskStatus status(String id) throws TaskException {
        String whole = whole(id);
        TaskStatus found = find(whole);
        if (found == null) {
            throw unknown(id);
        }
        return found;
    }

    /** The last lines of a task's log, oldest first. */
    public List<String> log(String id, int maxLines) throws TaskException {
        TaskFiles files = folder.task(whole(id));
        try {
            return files.readLog(maxLines);
        } catch (IOException e) {
            throw new TaskException(Kind.DISK, "the log of task " + id + " can't be read: " + Text.reason(e), e);
        }
    }

    /** Asks it to stop at its next pause point, its checkpoint kept. */
    public TaskStatus pause(String id) throws TaskException {
        return ask(id, Ask.PAUSE);
    }

    /** Lets a paused, failed or interrupted task go on from its checkpoint; in this process, unless a living one has it. */
    public TaskStatus resume(String id) throws TaskException {
        return ask(id, Ask.RESUME);
    }

    /** Asks it to end and to clean up; what it left is in its result. */
    public TaskStatus cancel(String id) throws TaskException {
        return ask(id, Ask.CANCEL);
    }

    /**
     * Completes when the task has ended: {@code DONE}, {@code FAILED} or {@code CANCELLED}; with a {@link TaskException} of
     * kind CLOSED if this is closed first. Callbacks run on a thread of their own, and wait for one another.
     */
    public CompletionStage<TaskStatus> ended(String id) throws TaskException {
        CompletionStage<TaskStatus> stage = engine.waiter(status(id).id());
        engine.lookSoon();
        return stage;
    }

    /** Tells a listener what happens to tasks of this process from now on. To close what is returned takes it away again. */
    public AutoCloseable listen(TaskListener listener) {
        return engine.events().add(listener);
    }

    /**
     * Changes how many run at once in this process; what runs goes on.
     *
     * @param maxRunning see {@link TasksConfig}
     */
    public void limit(int maxRunning) {
        config.withLimits(maxRunning, config.maxQueued()); // looks at the range
        engine.limit(maxRunning);
    }

    public TasksStats stats() {
        return engine.stats();
    }

    private TaskStatus ask(String id, Ask what) throws TaskException {
        String whole = whole(id);
        Live live = engine.live(whole);
        if (live == null || !tryAsk(live, what)) {
            askUnowned(whole, what);
        }
        engine.run();
        TaskStatus after = find(whole);
        if (after == null) {
            throw unknown(id);
        }
        return after;
    }

    /** False if it came to rest meanwhile, so that it is to be asked as such. */
    private boolean tryAsk(Live live, Ask what) throws TaskException {
        synchronized (engine.monitor()) {
            if (engine.live(live.id()) != live) {
                return false;
            }
            live.ask(what);
            return true;
        }
    }

    @SuppressWarnings("try") // the lock is held, that is its use
    private void askUnowned(String id, Ask what) throws TaskException {
        try (FileLocks.Held held = folder.lock()) {
            TaskFiles files = folder.task(id);
            TaskRecord record = files.read();
            if (record == null) {
                throw unknown(id);
            }
            check(record, what);
            FileLocks.Held owned = files.tryOwn();
            if (owned == null) {
                files.request(what); // its owner lives: it looks at each heartbeat
                return;
            }
            TaskRecord read = files.read();
            TaskRecord now = read == null ? record : read;
            files.takeRequest();
            if (what == Ask.PAUSE && now.state() != TaskState.PAUSED) {
                try (owned) {
                    files.write(now.to(TaskState.PAUSED));
                }
            } else if (what == Ask.PAUSE) {
                owned.close();
            } else {
                begin(files, owned, now, what);
            }
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK, "task " + id + " can't be changed in " + config.folder() + ": " + Text.reason(e), e);
        }
    }

    private void begin(TaskFiles files, FileLocks.Held owned, TaskRecord record, Ask what)
            throws TaskException, IOException {
        boolean taken = false;
        try {
            engine.work(record.request().kind());
            if (what == Ask.RESUME) {
                engine.room();
                checkOverlap(record.request(), record.id());
            }
            TaskRecord next = record.to(what == Ask.CANCEL ? TaskState.CANCELLING : TaskState.SCHEDULED)
                    .fruitful()
                    .ownedBy(me);
            files.write(next);
            engine.add(new Live(engine, files, owned, next));
            taken = true;
        } finally {
            if (!taken) {
                owned.close();
            }
        }
    }

    private static void check(TaskRecord record, Ask what) throws TaskException {
        TaskState state = record.state();
        boolean possible = switch (what) {
            case PAUSE -> !state.ended() && state != TaskState.CANCELLING;
            case RESUME -> (!state.ended() || state == TaskState.FAILED) && state != TaskState.CANCELLING;
            case CANCEL -> !state.ended() || state == TaskState.FAILED;
        };
        if (!possible) {
            throw Statuses.cannot(record, what);
        }
    }

    private void lookAround() throws TaskException {
        upkeep.lookAround();
        engine.settle(this::findQuietly);
        engine.run();
    }

    private void own(TaskFiles files, TaskRecord record) throws TaskException {
        try {
            FileLocks.Held owned = files.tryOwn();
            if (owned == null) {
                throw new TaskException(Kind.DISK, "the new task in " + files.folder() + " can't be locked");
            }
            engine.add(new Live(engine, files, owned, record));
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK, "the new task in " + files.folder() + " can't be locked: " + Text.reason(e), e);
        }
    }

    /** Under the folder's lock. */
    private void checkOverlap(TaskRequest request, String id) throws TaskException {
        for (TaskRecord other : upkeep.sameKey(request.key(), id)) {
            if (request.overlap() == Overlap.FORBID) {
                throw overlaps(other);
            }
            if (request.overlap() == Overlap.EXCLUDE && atWork(other)) {
                throw new TaskException(
                        Kind.OVERLAP,
                        "task " + other.id() + " (" + other.request().title() + ") is " + other.state()
                                + " and would get in its way; wait for its end, or take it away first: kvops tasks cancel "
                                + other.id());
            }
        }
    }

    private boolean atWork(TaskRecord task) {
        if (task.state() == TaskState.PAUSED || engine.live(task.id()) != null) {
            return task.state() != TaskState.PAUSED;
        }
        try (FileLocks.Held owned = folder.task(task.id()).tryOwn()) {
            return owned == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static TaskException overlaps(TaskRecord other) {
        return new TaskException(
                Kind.OVERLAP,
                "task " + other.id() + " does the same and is " + other.state() + "; resume it or take it away first: "
                        + "kvops tasks resume " + other.id() + ", or kvops tasks cancel " + other.id());
    }

    private @Nullable TaskStatus findQuietly(String id) {
        try {
            return find(id);
        } catch (TaskException e) {
            return null;
        }
    }

    private @Nullable TaskStatus find(String id) throws TaskException {
        Live live = engine.live(id);
        if (live != null) {
            synchronized (engine.monitor()) {
                return live.status();
            }
        }
        TaskFiles files = folder.task(id);
        TaskRecord record = files.read();
        if (record == null) {
            return null;
        }
        boolean interrupted = record.state().owned() && !alive(files);
        return Statuses.of(record, interrupted, files.readProgress());
    }

    /** Whether a process has it. Under the folder's lock, as who looks has the task's lock for a moment. */
    @SuppressWarnings("try") // the lock is held, that is its use
    private boolean alive(TaskFiles files) throws TaskException {
        try (FileLocks.Held held = folder.lock();
                FileLocks.Held owned = files.tryOwn()) {
            return owned == null;
        } catch (IOException e) {
            return false;
        }
    }

    private String whole(String id) throws TaskException {
        List<String> found = folder.ids().stream().filter(i -> i.startsWith(id)).toList();
        if (found.size() != 1 || id.isEmpty()) {
            if (found.size() > 1) {
                throw new TaskException(
                        Kind.UNKNOWN, "task " + id + ": " + found.size() + " tasks begin so; give more of its id");
            }
            throw unknown(id);
        }
        return found.get(0);
    }

    private TaskException unknown(String id) {
        return new TaskException(
                Kind.UNKNOWN, "there is no task " + id + " in " + config.folder() + "; see: kvops tasks list");
    }

    private Instant now() {
        return config.clock().instant();
    }

    private static String host() {
        String name = ManagementFactory.getRuntimeMXBean().getName();
        int at = name.indexOf('@');
        return at < 0 ? "localhost" : name.substring(at + 1);
    }

    /** Lets running tasks stop at their next pause point; they go on when the folder is opened again. */
    @Override
    public void close() {
        engine.close();
    }
}
