package io.kvops.migration;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.tasks.Overlap;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskRequest;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.Tasks;
import io.kvops.tasks.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies records between stores, and compares them, as tasks that survive their process: the entry of this module. Any
 * thread. {@link #close} stops it in order; what is not done goes on when the folder is opened again.
 */
public final class DataMigrationManager implements AutoCloseable {
    private static final int LOG_LINES = 2_000;
    private static final int MAX_KEY = 400;

    private final Planner planner;
    private final Tasks tasks;

    private final LiveWork live;

    private DataMigrationManager(Planner planner, Tasks tasks, LiveWork live) {
        this.planner = planner;
        this.tasks = tasks;
        this.live = live;
    }

    /** Opens the folder of its tasks, and goes on with those that a dead process left, as the configuration says. */
    public static DataMigrationManager open(MigrationConfig config) throws TaskException {
        return new DataMigrationManager(planner(config), Tasks.open(config.tasks(), works(config)), live(config));
    }

    /** What its tasks can be, for who runs other kinds of tasks beside them. */
    public static Map<String, Work> works(MigrationConfig config) {
        Work work = work(config);
        Map<String, Work> works = new HashMap<>();
        for (Action action : Action.values()) {
            works.put(action.toString(), work);
        }
        works.put(Action.SYNC.toString(), live(config));
        return works;
    }

    private static LiveWork live(MigrationConfig config) {
        return new LiveWork(
                endpoints(config),
                work(config),
                config.tasks().folder(),
                config.clock(),
                config.nanos(),
                config.keysMax());
    }

    private static MigrationWork work(MigrationConfig config) {
        return new MigrationWork(
                endpoints(config),
                config.clock(),
                config.nanos(),
                config.keysMax(),
                config.tasks().folder());
    }

    private static Planner planner(MigrationConfig config) {
        return new Planner(
                endpoints(config),
                config.clock(),
                config.nanos(),
                config.tasks().folder());
    }

    private static Endpoints endpoints(MigrationConfig config) {
        return new Endpoints(config.stores(), config.formats(), config.entering(), config.clock());
    }

    /**
     * Looks what a job would do. Nothing is written. Of a file, what it holds is not looked at: see {@link #dryRun}.
     *
     * @throws MigrationException if the job makes no sense, or a store can't be looked at
     */
    public Plan plan(MigrationJob job) throws MigrationException {
        return plan(planner, job, false);
    }

    /**
     * The same without tasks and their folder. A file is read to its end: what it holds, and what of that the target can't,
     * is known then.
     */
    public static Plan dryRun(MigrationConfig config, MigrationJob job) throws MigrationException {
        return plan(planner(config), job, true);
    }

    private static Plan plan(Planner planner, MigrationJob job, boolean reads) throws MigrationException {
        try {
            return planner.plan(job, reads);
        } catch (StoreException e) {
            throw new MigrationException(
                    MigrationException.Kind.STORE, job.title() + " can't be planned: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a job to be done as soon as a thread is free. Its result has, as texts, {@code records}, {@code bytes}, {@code
     * failed}, {@code copySeconds}, and of a comparison {@code compared}, {@code missing}, {@code different}, {@code extra},
     * {@code repaired}, {@code differences}, the sum of the three, and {@code verifiedAt}, when it ended: each record was read from
     * both sides in the {@code verifySeconds} before that.
     *
     * @param asker who asked: a person, a schedule
     */
    public TaskStatus submit(MigrationJob job, String asker) throws TaskException {
        return tasks.submit(request(job, asker, job.toMap()));
    }

    /** What of a file a task left out, as far as its log still has it: a line each, where and why. */
    public List<String> leftOut(String task) throws TaskException {
        return leftOut(tasks.log(task, LOG_LINES));
    }

    /** The same of a task's log that was got another way. */
    public static List<String> leftOut(List<String> log) {
        return log.stream()
                .filter(line -> line.contains(MigrationWork.LEFT_OUT))
                .map(line -> line.substring(line.indexOf(MigrationWork.LEFT_OUT) + MigrationWork.LEFT_OUT.length()))
                .toList();
    }

    /**
     * Looks what a live sync would do, and what may go wrong. Nothing is written.
     *
     * @throws MigrationException if it makes no sense, or a store can't be looked at
     */
    public Plan plan(SyncJob sync) throws MigrationException {
        return plan(planner, sync, live);
    }

    /** The same without tasks and their folder. */
    public static Plan dryRun(MigrationConfig config, SyncJob sync) throws MigrationException {
        return plan(planner(config), sync, live(config));
    }

    private static Plan plan(Planner planner, SyncJob sync, LiveWork live) throws MigrationException {
        try {
            return planner.plan(sync, live);
        } catch (StoreException e) {
            throw new MigrationException(
                    MigrationException.Kind.STORE, sync.job().title() + " can't be planned: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a live sync to be done as soon as a thread is free. Beside what a copy has, its result has {@code changes} (entries of
     * the log), {@code fullCopies}, {@code cutOverAt} (the source's position) and {@code cutOverMillis}.
     *
     * @param asker who asked: a person, a schedule
     */
    public TaskStatus submit(SyncJob sync, String asker) throws TaskException {
        return tasks.submit(request(sync.job(), asker, sync.toMap()));
    }

    /** Two that write to the same target at once would leave what neither was asked for. */
    private static TaskRequest request(MigrationJob job, String asker, Map<String, String> arguments) {
        TaskRequest request = TaskRequest.of(job.action().toString(), job.title(), asker, arguments);
        String target = StoreAddress.parse(job.target()).subject();
        boolean writes = job.action() != Action.VERIFY || job.repair();
        // a longer name is a rare one: it is told from others by its end
        String key = target.substring(Math.max(0, target.length() - MAX_KEY));
        return writes ? request.withKey(key, Overlap.EXCLUDE) : request;
    }

    /**
     * Asks a live sync of this folder to cut over as soon as its target has caught up; in any process, also while it is paused.
     *
     * @throws MigrationException if it is none, or has ended
     */
    public TaskStatus cutOver(String id) throws TaskException, MigrationException {
        TaskStatus task = tasks.status(id);
        if (!task.kind().equals(Action.SYNC.toString()) || task.state().ended()) {
            throw new MigrationException(
                    MigrationException.Kind.JOB,
                    "task " + task.id() + " is " + task.state() + " and a " + task.kind()
                            + "; only a live sync that has not ended cuts over: kvops tasks list");
        }
        try {
            Path folder = live.folder(task.id());
            Files.createDirectories(folder);
            Files.write(folder.resolve(LiveRun.CUT_OVER_FILE), new byte[0]);
        } catch (IOException e) {
            throw new MigrationException(
                    MigrationException.Kind.STATE,
                    "task " + task.id() + " can't be asked to cut over: " + e.getMessage(),
                    e);
        }
        return task;
    }

    /** Its tasks: to look at them, to pause, resume and cancel them, to wait for their end, to be told of events. */
    public Tasks tasks() {
        return tasks;
    }

    @Override
    public void close() {
        tasks.close();
    }
}
