package io.kvops.migration;

import io.kvops.migration.LiveState.Stage;
import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.filter.Filter;
import io.kvops.migration.transform.Transforms;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.Replay;
import io.kvops.stores.data.ScanPart;
import io.kvops.tasks.TaskContext;
import io.kvops.tasks.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What a live sync's task does, and what its way is. */
final class LiveWork implements Work {
    private static final long MAX_SPOOL_BYTES = 16L << 30;

    private final Endpoints endpoints;
    private final MigrationWork comparing;
    private final Path state;
    private final Clock clock;
    private final LongSupplier nanos;
    private final int keysMax;

    /**
     * @param comparing compares at the end
     * @param tasks the folder of tasks
     */
    LiveWork(Endpoints endpoints, MigrationWork comparing, Path tasks, Clock clock, LongSupplier nanos, int keysMax) {
        this.endpoints = endpoints;
        this.comparing = comparing;
        this.state = tasks.resolve("live");
        this.clock = clock;
        this.nanos = nanos;
        this.keysMax = keysMax;
    }

    /** Where a sync keeps what it received. */
    Path folder(String id) {
        return state.resolve(id);
    }

    FeedOptions options(String id, MigrationJob job) {
        Duration retry = Duration.ofSeconds(job.pace().retrySeconds());
        return new FeedOptions(id, folder(id), MAX_SPOOL_BYTES, retry, clock, nanos);
    }

    /**
     * How changes get to the target.
     *
     * @param position where an earlier run was; empty if there was none
     * @return empty if the source has no log, so that it is by rounds
     */
    Optional<Replay> way(MigrationJob job, FeedOptions options, String position)
            throws MigrationException, StoreException {
        String refusal = RereadReplay.refusal(job);
        if (!refusal.isEmpty()) {
            throw new MigrationException(Kind.JOB, refusal);
        }
        if (Endpoints.isFile(StoreAddress.parse(job.target()))) {
            throw new MigrationException(
                    Kind.JOB, job.target() + " is a file, which a live sync can't change; use kvops export");
        }
        boolean all = job.filter().equals(Filter.ALL)
                && Transforms.of(job.transforms()).isEmpty();
        DataStore source = endpoints.source(job, problem -> {});
        boolean kept = false;
        try {
            Optional<Replay> repeats = Optional.empty();
            try (DataStore target = endpoints.plannedStore(job)) {
                Endpoints.refuseSame(job, source, target);
                if (all) {
                    repeats = target.replayOf(source, options);
                }
            }
            if (repeats.isPresent()) {
                return repeats;
            }
            if (source.capabilities().changes() != Capabilities.Changes.LOG) {
                String roundless = RoundsReplay.refusal(job, source);
                if (!roundless.isEmpty()) {
                    throw new MigrationException(
                            Kind.JOB, StoreAddress.parse(job.source()).subject() + ": " + roundless);
                }
                return Optional.empty();
            }
            kept = true;
            return Optional.of(new RereadReplay(endpoints, job, source, options, clock, position));
        } finally {
            if (!kept) {
                source.close();
            }
        }
    }

    @Override
    public Map<String, String> run(TaskContext context) throws Exception {
        SyncJob sync = SyncJob.of(context.arguments());
        MigrationJob job = sync.job();
        FeedOptions options = options(context.id(), job);
        try {
            LiveState reached;
            long cutOverNanos;
            LiveState begun = kept(context, job);
            try (LiveRun run = new LiveRun(
                    context,
                    sync,
                    new LiveRun.Sides() {
                        @Override
                        public Replay open(LiveState at) throws StoreException, MigrationException {
                            return way(job, options, at.position())
                                    .orElseGet(() -> new RoundsReplay(
                                            endpoints, comparing, context, sync, at, options.folder(), clock, nanos));
                        }

                        @Override
                        public long records() throws StoreException, MigrationException {
                            try (DataStore source = endpoints.source(job, problem -> {})) {
                                return source.size().records();
                            }
                        }
                    },
                    folder(context.id()),
                    clock,
                    nanos,
                    keysMax)) {
                reached = run.run(begun);
                cutOverNanos = run.cutOverNanos();
            }
            JobState end = reached.job();
            if (job.verify() && end.phase() != JobState.Phase.END) {
                JobState compares =
                        end.phase() == JobState.Phase.COPY ? end.next(JobState.Phase.FORWARD, List.of()) : end;
                try (DataStore source = endpoints.source(job, problem -> {})) {
                    end = comparing.verify(new LiveContext(context, reached), job, source, compares);
                }
            }
            Map<String, String> result = new TreeMap<>(comparing.result(job, end));
            result.put("changes", Long.toString(reached.changes()));
            result.put("fullCopies", Integer.toString(reached.fulls()));
            result.put("cutOverAt", reached.position());
            result.put("cutOverMillis", Long.toString(cutOverNanos / 1_000_000));
            return result;
        } catch (StoreException e) {
            throw failed(context, job, e);
        }
    }

    private LiveState kept(TaskContext context, MigrationJob job) throws Exception {
        Optional<byte[]> kept = context.checkpoint();
        if (kept.isPresent()) {
            return LiveState.decode(kept.get());
        }
        boolean empty;
        try (DataStore target = endpoints.plannedStore(job)) {
            empty = isEmpty(target);
        }
        if (!empty) {
            context.log("the target has records already: those that the source has not stay there");
        }
        LiveState first = LiveState.first(empty);
        context.checkpoint(first.encode());
        return first;
    }

    /** How many records a store says that it has may be a guess, and what is taken for a sync's own is removed. */
    private static boolean isEmpty(DataStore store) throws StoreException {
        if (store.size().records() > 0) {
            return false;
        }
        for (ScanPart part : store.split(1)) {
            try (RecordReader reader = store.scan(part, ReadOptions.ALL)) {
                if (reader.next(Nowhere.SINK)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static MigrationException failed(TaskContext context, MigrationJob job, StoreException e) throws Exception {
        Optional<byte[]> kept = context.checkpoint();
        LiveState at = kept.isPresent() ? LiveState.decode(kept.get()) : LiveState.first(false);
        return new MigrationException(
                Kind.STORE,
                job.title() + " stopped after " + at.job().tally().records() + " records and " + at.changes()
                        + " changes: " + e.getMessage()
                        + "; the source is untouched; when that is mended: kvops tasks resume " + context.id(),
                e);
    }

    @Override
    public String cancelled(TaskContext context) throws Exception {
        MigrationJob job = SyncJob.of(context.arguments()).job();
        Optional<byte[]> kept = context.checkpoint();
        String left = StoreAddress.parse(job.target()).subject() + " is untouched, as is the source";
        if (kept.isPresent()) {
            LiveState at = LiveState.decode(kept.get());
            if (at.stage() != Stage.COMPARE) {
                try (DataStore target = endpoints.plannedStore(job)) {
                    target.endReplay(context.id());
                }
            }
            left = StoreAddress.parse(job.target()).subject()
                    + (at.stage() == Stage.COPY
                            ? " has a part of the source's records, each whole"
                            : " has the source's records as they were at " + at.position() + " or later")
                    + "; the source is untouched";
        }
        LiveRun.removeFolder(folder(context.id()));
        return left;
    }
}
