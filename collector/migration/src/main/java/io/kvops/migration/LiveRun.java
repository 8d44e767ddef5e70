package io.kvops.migration;

import io.kvops.migration.LiveState.Stage;
import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.value.Comparison;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.Replay;
import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Copy, follow, cut over: one run of a live sync's task. For one thread. */
final class LiveRun implements AutoCloseable {
    /** A file of this name in the sync's folder asks for the cut-over. */
    static final String CUT_OVER_FILE = "cutover";

    private static final Duration STEP = Duration.ofMillis(100);
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int MAX_LOSSES = 5;

    /** What is followed. */
    interface Sides {
        /** Makes a replay that can go on from a state. */
        Replay open(LiveState state) throws StoreException, MigrationException;

        /** How many records the source has, -1 if unknown. */
        long records() throws StoreException, MigrationException;
    }

    private final TaskContext context;
    private final SyncJob sync;
    private final Sides sides;
    private final Path folder;
    private final Clock clock;
    private final LongSupplier nanos;
    private final int keysMax;
    private @Nullable Replay replay;
    /** Whether the replay follows, and does not have to be told where to go on. */
    private boolean stands;

    private int losses;
    private String heldPoint = "";
    private long cutOverNanos;

    LiveRun(TaskContext context, SyncJob sync, Sides sides, Path folder, Clock clock, LongSupplier nanos, int keysMax) {
        this.context = context;
        this.sync = sync;
        this.sides = sides;
        this.folder = folder;
        this.clock = clock;
        this.nanos = nanos;
        this.keysMax = keysMax;
    }

    /** Works until it has cut over. */
    LiveState run(LiveState begun) throws Exception {
        LiveState state = begun;
        Retry retry = new Retry(sync.job().pace().retrySeconds(), nanos, place(state));
        while (state.stage() != Stage.COMPARE) {
            try {
                state = switch (state.stage()) {
                    case COPY -> copy(state);
                    case FOLLOW -> follow(state, retry);
                    default -> finish(state);
                };
            } catch (ChangesLostException e) {
                if (++losses > MAX_LOSSES) {
                    throw new MigrationException(
                            Kind.STORE, "a new full copy was needed " + losses + " times: " + e.getMessage(), e);
                }
                context.log("a new full copy is needed: " + e.getMessage());
                closeReplay();
                state = kept();
                JobState none = state.job().next(JobState.Phase.COPY, List.of());
                state = new LiveState(Stage.COPY, state.alone(), state.fulls(), "", state.changes(), none);
                context.checkpoint(state.encode());
            } catch (StoreException e) {
                closeReplay();
                state = kept();
                if (!retry.again(e, place(state), context::stopWanted)) {
                    context.pausePoint();
                    throw e;
                }
                context.log("is tried again: " + e.getMessage());
            }
        }
        return state;
    }

    /** What an attempt that failed has reached. */
    private LiveState kept() throws TaskException, MigrationException {
        return LiveState.decode(
                context.checkpoint().orElseThrow(() -> new IllegalStateException("a sync keeps its state first")));
    }

    private Replay replay(LiveState state) throws StoreException, MigrationException {
        Replay open = replay;
        if (open == null) {
            open = sides.open(state);
            replay = open;
            stands = false;
        }
        return open;
    }

    private void closeReplay() throws StoreException {
        Replay open = replay;
        replay = null;
        stands = false;
        if (open != null) {
            open.close();
        }
    }

    private LiveState copy(LiveState begun) throws Exception {
        Replay open = replay(begun);
        LiveState state = begun;
        context.progress(0, -1, "keys, waits for the source's full copy");
        DataStore from = state.position().isEmpty() ? null : open.again();
        if (from != null && !open.position().equals(state.position())) {
            from.close();
            from = null;
        }
        if (from == null) {
            from = open.begin(context::stopWanted);
            if (from == null) {
                context.pausePoint();
                throw new IllegalStateException("the copy stopped, and nobody asked it to");
            }
            state = state.full(open.position());
            context.log("full copy " + state.fulls() + " begins at " + open.position());
        }
        try (DataStore records = from;
                DataStore to = open.target()) {
            MigrationJob job = sync.job();
            Comparison as = Comparison.of(records.capabilities(), to.capabilities());
            StoreTarget into = new StoreTarget(to, job, as);
            boolean resumed = !state.job().parts().isEmpty();
            if (!resumed) {
                List<PartState> parts =
                        into.parts(records).stream().map(PartState::begin).toList();
                state = state.with(state.job().next(JobState.Phase.COPY, parts));
                context.checkpoint(state.encode());
            }
            CopyRun run = new CopyRun(job, records, into, clock, nanos, resumed || state.fulls() > 1);
            Parts parts = new Parts(new LiveContext(context, state), nanos, state.job(), total(records));
            JobState done = parts.run(
                    "kvops-copy-" + context.id(),
                    job.pace().parallel(),
                    run::copy,
                    () -> run.care().look(parts.scanned()));
            state = state.with(done);
            if (state.fulls() > 1) {
                removeStale(state, records, to);
            }
        }
        open.copied();
        state = state.with(state.job().next(JobState.Phase.COPY, List.of()))
                .with(Stage.FOLLOW)
                .at(open.position(), state.changes());
        context.checkpoint(state.encode());
        context.log("the full copy is done: " + state.job().tally().records() + " records; follows the changes");
        stands = true;
        return state;
    }

    /** A copy that came as a stream does not say how much it has. */
    private long total(DataStore records) throws StoreException, MigrationException {
        long known = records.size().records();
        return known >= 0 ? known : sides.records();
    }

    private void removeStale(LiveState state, DataStore records, DataStore to) throws Exception {
        if (!state.alone()) {
            context.log(
                    "what the source has removed meanwhile may still be in the target, which was not empty at first;"
                            + " compare: kvops verify --repair");
            return;
        }
        long removed = new StaleKeys(sync.job(), clock, keysMax, context::stopWanted).remove(records, to);
        context.pausePoint();
        context.log("removed " + removed + " records from the target that the source has not any more");
    }

    private LiveState follow(LiveState begun, Retry anew) throws Exception {
        Replay open = replay(begun);
        if (!stands) {
            if (!open.resume()) {
                throw new ChangesLostException("the target does not say how far it is; was it emptied?");
            }
            stands = true;
        }
        LiveState state = begun;
        Retry retry = new Retry(sync.job().pace().retrySeconds(), nanos, place(state));
        String point = "";
        long heldUntil = 0;
        long looked = nanos.getAsLong() - SECOND_NANOS;
        boolean near = false;
        String behind = "";
        while (true) {
            if (context.stopWanted()) {
                if (heldUntil != 0) {
                    open.letWrite();
                }
                context.checkpoint(state.encode());
                context.pausePoint();
            }
            try {
                int passed = open.next(STEP);
                retry.works();
                anew.works();
                state = state.at(open.position(), state.changes() + passed);
                long now = nanos.getAsLong();
                if (now - looked >= SECOND_NANOS) {
                    looked = now;
                    open.news().forEach(context::log);
                    Lag lag = open.lag();
                    near = open.near(lag, sync.maxLagMillis() * 1_000_000);
                    losses = near ? 0 : losses; // what is lost again and again is never caught up with
                    behind = behind(lag);
                    context.checkpoint(state.encode());
                }
                context.progress(state.changes(), -1, "changes, " + behind);
                if (point.isEmpty() && wanted(near)) {
                    boolean held = hold(open);
                    heldUntil = held ? nanos.getAsLong() + sync.holdWritesMillis() * 1_000_000 : 0;
                    point = open.end();
                    cutOverNanos = now;
                    context.log("cuts over at " + point + (held ? ", with the source's writes held back" : ""));
                }
                if (heldUntil != 0 && nanos.getAsLong() > heldUntil) {
                    throw new MigrationException(
                            Kind.STORE,
                            "the target did not catch up within " + sync.holdWritesMillis()
                                    + " ms, for which the source's writes were held back; they go on; look at the lag, then"
                                    + " kvops tasks resume " + context.id());
                }
                if (!point.isEmpty() && open.reached(point)) {
                    heldPoint = point;
                    open.news().forEach(context::log);
                    state = state.with(Stage.CUT_OVER);
                    context.checkpoint(state.encode());
                    return state;
                }
            } catch (StoreException e) {
                if (!retry.again(e, place(state), context::stopWanted)) {
                    throw e;
                }
                context.log("is tried again: " + e.getMessage());
            }
        }
    }

    private static PartState place(LiveState state) {
        return PartState.begin(state.position());
    }

    private boolean wanted(boolean near) {
        return (near && sync.cutOver() == CutOver.AUTO) || Files.exists(folder.resolve(CUT_OVER_FILE));
    }

    private boolean hold(Replay open) throws StoreException {
        if (sync.holdWritesMillis() == 0) {
            return false;
        }
        boolean held = open.holdWrites(Duration.ofMillis(sync.holdWritesMillis()));
        if (!held) {
            context.log("the source can't hold back writes; what is written from now on is not at the target");
        }
        return held;
    }

    private static String behind(Lag lag) {
        return String.format(
                Locale.ROOT, "%d %s and %.1f s behind", lag.behind(), lag.unit(), Math.max(0, lag.nanos() / 1e9));
    }

    private LiveState finish(LiveState state) throws Exception {
        Replay open = replay(state);
        open.finish();
        LiveState done = state.with(Stage.COMPARE);
        context.checkpoint(done.encode());
        closeReplay();
        removeFolder(folder);
        context.log("has cut over at " + (heldPoint.isEmpty() ? state.position() : heldPoint));
        return done;
    }

    /** How long this run's cut-over took, 0 if it was another one's. */
    long cutOverNanos() {
        return cutOverNanos == 0 ? 0 : nanos.getAsLong() - cutOverNanos;
    }

    /** Removes what a sync had received. */
    static void removeFolder(Path folder) throws MigrationException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new MigrationException(
                    Kind.STATE, "the folder " + folder + " can't be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws StoreException {
        closeReplay();
    }
}
