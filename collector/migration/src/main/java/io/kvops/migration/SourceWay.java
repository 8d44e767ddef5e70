package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.filter.Filter;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.Snapshot;
import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskStopped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a copy reads its source: by keys, or from a snapshot in a folder of the task. The folder is there as long as the
 * copy reads from a snapshot; a checkpoint is one of that snapshot if it is whole, and of none else. For one thread.
 */
final class SourceWay implements AutoCloseable {
    private final DataStore source;
    private final @Nullable Snapshot snapshot;

    private SourceWay(DataStore source, @Nullable Snapshot snapshot) {
        this.source = source;
        this.snapshot = snapshot;
    }

    /** Where the snapshots of a folder's tasks are. */
    static Path folder(Path tasks) {
        return tasks.resolve("snapshots");
    }

    private static boolean copies(MigrationJob job) {
        return job.action() == Action.EXPORT || job.action() == Action.MIGRATE;
    }

    /** Whether a job leaves it to what it finds how it reads. */
    static boolean chooses(MigrationJob job) {
        return copies(job) && job.pace().reading() == Reading.AUTO;
    }

    /**
     * Why a job reads its source by keys, in one line; empty if it takes a snapshot.
     *
     * @param tasks the folder of tasks
     */
    static String against(MigrationJob job, DataStore source, Path tasks) throws StoreException {
        Pace pace = job.pace();
        if (!copies(job) || pace.reading() == Reading.KEYS) {
            return "none is wanted";
        }
        if (source.capabilities().snapshot()) {
            return "a scan of it is of one instant already";
        }
        if (pace.reading() == Reading.SNAPSHOT) {
            return "";
        }
        if (!job.filter().equals(Filter.ALL)) {
            return "not all of its keys are wanted";
        }
        if (pace.maxOps() + pace.maxBytes() + pace.maxLatencyMillis() > 0) {
            return "its rate is limited";
        }
        if (StoreTarget.looksFirst(job, false)) {
            return "the target is asked before records are written";
        }
        if (Endpoints.isFile(StoreAddress.parse(job.target())) && job.files().parts() > 1) {
            return "several parts are wanted";
        }
        String against = source.againstSnapshot();
        return against.isEmpty() ? noRoom(source.size(), tasks) : against;
    }

    private static String noRoom(DataSize size, Path folder) {
        Path there = folder.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            long room = there == null ? 0 : Files.getFileStore(there).getUsableSpace();
            return size.bytes() <= room
                    ? ""
                    : "a snapshot may take " + size.bytes() + " bytes, and " + folder + " has " + room + " left";
        } catch (IOException e) {
            return "how much room " + folder + " has can't be told: " + e.getMessage();
        }
    }

    /** Goes on as parts that are left were begun; empty if none are, or what they were read from is not there any more. */
    static Optional<SourceWay> kept(DataStore source, Path tasks, String id, JobState state) throws StoreException {
        if (state.parts().isEmpty()) {
            return Optional.empty();
        }
        Path own = folder(tasks).resolve(id);
        return Files.exists(own)
                ? source.snapshotAgain(own).map(snapshot -> new SourceWay(source, snapshot))
                : Optional.of(new SourceWay(source, null));
    }

    /** Removes what is left of a task's snapshot. */
    static void forget(Path tasks, String id) throws MigrationException {
        LiveRun.removeFolder(folder(tasks).resolve(id));
    }

    /** Removes snapshots of tasks that are there no more: of one that failed, the snapshot waits for its end. */
    private static void sweep(Path tasks) throws MigrationException {
        if (!Files.exists(folder(tasks))) {
            return;
        }
        List<String> gone;
        try (Stream<Path> all = Files.list(folder(tasks))) {
            gone = all.map(each -> String.valueOf(each.getFileName()))
                    .filter(id -> !Files.exists(tasks.resolve(id)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new MigrationException(
                    Kind.STATE, "the folder " + folder(tasks) + " can't be read: " + e.getMessage(), e);
        }
        for (String id : gone) {
            forget(tasks, id);
        }
    }

    private static SourceWay byKeys(DataStore source, Path tasks, String id) throws MigrationException {
        forget(tasks, id);
        return new SourceWay(source, null);
    }

    /** Begins to read, as the job has it. */
    static SourceWay begin(TaskContext context, MigrationJob job, DataStore source, Path tasks)
            throws StoreException, MigrationException, TaskStopped {
        String against = against(job, source, tasks);
        if (!against.isEmpty()) {
            if (chooses(job) && !source.capabilities().snapshot()) {
                context.log("reads the source while it changes: no snapshot, as " + against);
            }
            return byKeys(source, tasks, context.id());
        }
        sweep(tasks);
        try {
            context.progress(0, -1, "keys, waits for the source's snapshot");
            Snapshot snapshot = source.snapshot(folder(tasks).resolve(context.id()), context::stopWanted);
            context.log("reads a snapshot of the source, as it is now");
            return new SourceWay(source, snapshot);
        } catch (StoreException e) {
            context.pausePoint();
            if (job.pace().reading() == Reading.SNAPSHOT) {
                throw e;
            }
            context.log("reads the source while it changes: no snapshot, as " + e.getMessage());
            return byKeys(source, tasks, context.id());
        }
    }

    /** What is read. */
    DataStore records() {
        Snapshot of = snapshot;
        return of == null ? source : of.records();
    }

    /** What broke a snapshot while it was received: the copy has to begin again. */
    Optional<StoreException> lost() {
        Snapshot of = snapshot;
        return of == null ? Optional.empty() : of.lost();
    }

    @Override
    public void close() throws StoreException {
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
