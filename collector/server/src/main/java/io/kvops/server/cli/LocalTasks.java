package io.kvops.server.cli;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationException;
import io.kvops.server.tasks.Order;
import io.kvops.server.tasks.PlanLine;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tasks of this process, in a folder that other commands look at as well. It is opened when it is needed first. */
final class LocalTasks implements TaskPlace {
    private final MigrationConfig config;
    private @Nullable DataMigrationManager opened;

    LocalTasks(MigrationConfig config) {
        this.config = config;
    }

    private interface Call<T> {
        T of(DataMigrationManager manager) throws TaskException, MigrationException;
    }

    private <T> T call(Call<T> call) throws Failure {
        try {
            return call.of(manager());
        } catch (TaskException | MigrationException | IllegalArgumentException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    private synchronized DataMigrationManager manager() throws TaskException {
        DataMigrationManager manager = opened;
        if (manager == null) {
            manager = DataMigrationManager.open(config);
            opened = manager;
        }
        return manager;
    }

    @Override
    public PlanLine plan(Asked asked, boolean reads) throws Failure {
        Order order = asked.order();
        if (!reads) {
            return call(order::plan);
        }
        try {
            return order.dryRun(config);
        } catch (MigrationException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String submit(Asked asked) throws Failure {
        return call(manager -> asked.order().submit(manager, System.getProperty("user.name", "")))
                .id();
    }

    @Override
    public List<TaskLine> list() throws Failure {
        return call(manager -> manager.tasks().list().stream().map(TaskLine::of).toList());
    }

    @Override
    public TaskLine status(String id) throws Failure {
        return call(manager -> TaskLine.of(manager.tasks().status(id)));
    }

    @Override
    public List<String> log(String id, int maxLines) throws Failure {
        return call(manager -> manager.tasks().log(id, maxLines));
    }

    @Override
    public TaskLine ask(String id, Ask what) throws Failure {
        return TaskLine.of(call(manager -> switch (what) {
            case PAUSE -> manager.tasks().pause(id);
            case RESUME -> manager.tasks().resume(id);
            case CANCEL -> manager.tasks().cancel(id);
            case CUTOVER -> manager.cutOver(id);
        }));
    }

    @Override
    public TaskLine await(String id, Duration atMost) throws Failure, InterruptedException {
        try {
            TaskStatus end = call(manager -> manager.tasks().ended(id))
                    .toCompletableFuture()
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return TaskLine.of(end);
        } catch (TimeoutException e) {
            return status(id);
        } catch (ExecutionException e) {
            throw new Failure(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        }
    }

    @Override
    public String interrupted(String id) {
        close();
        return "interrupted; what is done is kept; go on with: kvops tasks resume " + id;
    }

    @Override
    public String options() {
        return "";
    }

    @Override
    public synchronized void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
