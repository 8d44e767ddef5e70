package io.kvops.server.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationException;
import io.kvops.server.config.Reason;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskEvent;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.Tasks;
import io.kvops.tasks.TasksConfig;
import io.kvops.tasks.TasksStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collector's tasks: what REST and other commands ask for, in a folder of its own, so that a restart finds them again and goes
 * on with those that were interrupted. Files and stores that are named from afar are looked at by {@link Places}; passwords come
 * from the configuration alone, and are in no task. Any thread.
 */
public final class TaskDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskDesk.class);
    private static final int MAX_QUEUED = 100;

    private final Path data;
    private final Supplier<List<ProbeTarget>> known;
    private final Clock clock;
    private final LongSupplier nanos;
    private final List<Consumer<TaskNews>> listeners = new CopyOnWriteArrayList<>();
    private volatile DeskConfig config;
    private volatile @Nullable DataMigrationManager opened;

    /**
     * Makes one; nothing is opened yet.
     *
     * @param data the collector's data folder
     * @param known stores that the configuration names, with their passwords, as they are now
     */
    public TaskDesk(Path data, DeskConfig config, Supplier<List<ProbeTarget>> known, Clock clock, LongSupplier nanos) {
        this.data = data.toAbsolutePath();
        this.config = config;
        this.known = known;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * Opens the folder, and goes on with tasks that were interrupted.
     *
     * @throws TaskException of kind DISK if the folder can't be used
     */
    public synchronized void start() throws TaskException {
        try {
            Files.createDirectories(usual());
        } catch (IOException e) {
            throw new TaskException(
                    TaskException.Kind.DISK,
                    "the folder " + usual() + " can't be made (" + Reason.of(e) + "); make it writable",
                    e);
        }
        DataMigrationManager manager = DataMigrationManager.open(migrations());
        opened = manager;
        manager.tasks().listen(this::tell);
    }

    private MigrationConfig migrations() {
        TasksConfig tasks = TasksConfig.in(data.resolve("collector-tasks"))
                .withLimits(config.maxRunning(), MAX_QUEUED)
                .withClocks(clock, nanos)
                .withProblems(line -> LOG.warn("tasks: {}", line));
        MigrationConfig usual = MigrationConfig.of(tasks, DataStores.load());
        return usual.withKeysMax(Math.max(1, usual.keysMax() / config.maxRunning()))
                .withClocks(clock, nanos)
                .withEntering(address -> places().enter(address));
    }

    /** Takes other limits and folders; what runs goes on. */
    public void apply(DeskConfig changed) {
        config = changed;
        DataMigrationManager manager = opened;
        if (manager != null) {
            manager.tasks().limit(changed.maxRunning());
        }
    }

    /** Where files are that are named without a folder, if the configuration says no other. */
    private Path usual() {
        return data.resolve("files");
    }

    private Places places() {
        List<Path> roots = config.roots().isEmpty() ? List.of(usual()) : config.roots();
        return new Places(roots, known.get());
    }

    private DataMigrationManager manager() throws TaskException {
        DataMigrationManager manager = opened;
        if (manager == null) {
            throw new TaskException(TaskException.Kind.CLOSED, "the collector has not opened its tasks; try again");
        }
        return manager;
    }

    private Tasks tasks() throws TaskException {
        return manager().tasks();
    }

    private void tell(TaskEvent event) {
        TaskNews news = new TaskNews(event.type().name().toLowerCase(Locale.ROOT), TaskLine.of(event.task()));
        listeners.forEach(listener -> listener.accept(news));
    }

    /** Is told of news from now on, on a thread for all of them, until what is returned is run. */
    public Runnable listen(Consumer<TaskNews> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Reads an order that comes from afar.
     *
     * @throws IllegalArgumentException says what is wrong or not allowed, beginning with the field
     */
    public Order read(ObjectNode json) {
        ObjectNode copy = json.deepCopy();
        places().confine(copy);
        return OrderJson.read(copy);
    }

    /**
     * Looks what an order would do. Nothing is written.
     *
     * @param reads whether a file is read to its end, to know what it holds
     */
    public PlanLine plan(Order order, boolean reads) throws TaskException, MigrationException {
        return reads ? order.dryRun(migrations()) : order.plan(manager());
    }

    /** Has it done as soon as a thread is free. */
    public TaskLine submit(Order order, String asker) throws TaskException {
        return TaskLine.of(order.submit(manager(), asker));
    }

    /** All tasks, the newest first. */
    public List<TaskLine> list() throws TaskException {
        return tasks().list().stream().map(TaskLine::of).toList();
    }

    /** One by its id, or how it begins. */
    public TaskLine status(String id) throws TaskException {
        return TaskLine.of(tasks().status(id));
    }

    /** The last lines of its log, oldest first. */
    public List<String> log(String id, int maxLines) throws TaskException {
        return tasks().log(id, maxLines);
    }

    public TaskLine pause(String id) throws TaskException {
        return TaskLine.of(tasks().pause(id));
    }

    public TaskLine resume(String id) throws TaskException {
        return TaskLine.of(tasks().resume(id));
    }

    public TaskLine cancel(String id) throws TaskException {
        return TaskLine.of(tasks().cancel(id));
    }

    /** Asks a live sync to hand over. */
    public TaskLine cutOver(String id) throws TaskException, MigrationException {
        TaskStatus task = manager().cutOver(id);
        return TaskLine.of(task);
    }

    /** Numbers of the tasks since the start; null before it. */
    public @Nullable TasksStats stats() {
        DataMigrationManager manager = opened;
        return manager == null ? null : manager.tasks().stats();
    }

    /** Lets running tasks stop where they can go on, which they do at the next start. */
    @Override
    public synchronized void close() {
        DataMigrationManager manager = opened;
        opened = null;
        if (manager != null) {
            manager.close();
        }
    }
}
