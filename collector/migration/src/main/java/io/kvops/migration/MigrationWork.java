package io.kvops.migration;

import io.kvops.migration.JobState.Phase;
import io.kvops.migration.MigrationException.Kind;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.LossReport;
import io.kvops.stores.format.Problem;
import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStopped;
import io.kvops.tasks.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a migration's task does: copy, then compare in both directions, each as far as a checkpoint says that it is left. */
final class MigrationWork implements Work {
    /** How log lines begin that say what of a file was left out. */
    static final String LEFT_OUT = "left out: ";

    private static final int MAX_LEFT_OUT_SAID = 1_000;
    private static final JobState NOTHING = new JobState(Phase.COPY, 0, 0, Tally.NONE, List.of());

    private final Endpoints endpoints;
    private final Clock clock;
    private final LongSupplier nanos;
    private final int keysMax;
    private final Path tasks;

    /**
     * @param keysMax keys that a comparison remembers at most
     * @param tasks the folder of tasks
     */
    MigrationWork(Endpoints endpoints, Clock clock, LongSupplier nanos, int keysMax, Path tasks) {
        this.tasks = tasks;
        this.endpoints = endpoints;
        this.clock = clock;
        this.nanos = nanos;
        this.keysMax = keysMax;
    }

    @Override
    public Map<String, String> run(TaskContext context) throws Exception {
        MigrationJob job = MigrationJob.of(context.arguments());
        Optional<byte[]> kept = context.checkpoint();
        JobState state = kept.isPresent() ? JobState.decode(kept.get()) : null;
        try (DataStore source = endpoints.source(job, leftOut(context))) {
            if (state == null) {
                boolean copies = job.action() != Action.VERIFY;
                state = new JobState(copies ? Phase.COPY : Phase.FORWARD, 0, 0, Tally.NONE, List.of());
            }
            if (state.phase() == Phase.COPY) {
                state = copy(context, job, source, state);
            }
            SourceWay.forget(tasks, context.id()); // also what a process left that died before it could
            if (state.phase() == Phase.FORWARD || state.phase() == Phase.BACKWARD) {
                state = job.comparesBack()
                        ? readBack(context, job.back(), source, state)
                        : verify(context, job, source, state);
            }
            Tally tally = state.tally();
            long records = job.action() == Action.VERIFY ? tally.get(Tally.Of.COMPARED) : tally.records();
            context.progress(records, records, Phase.END.unit());
            return result(job, state);
        } catch (StoreException e) {
            throw failed(context, job, e);
        }
    }

    /** Says in the task's log what of a file could not be read. */
    private static Consumer<Problem> leftOut(TaskContext context) {
        AtomicInteger said = new AtomicInteger();
        return problem -> {
            int number = said.incrementAndGet();
            if (number <= MAX_LEFT_OUT_SAID) {
                context.log(
                        number == MAX_LEFT_OUT_SAID
                                ? LEFT_OUT + "more than is listed here"
                                : LEFT_OUT + problem.toString());
            }
        };
    }

    /** Copies what is left; from the beginning again where what was read from can't be had again. */
    private JobState copy(TaskContext context, MigrationJob job, DataStore source, JobState begun) throws Exception {
        Retry retry = new Retry(job.pace().retrySeconds(), nanos, PartState.begin(""));
        MigrationJob wanted = job;
        JobState state = begun;
        while (true) {
            long since = nanos.getAsLong();
            Optional<SourceWay> kept = SourceWay.kept(source, tasks, context.id(), state);
            if (kept.isEmpty() && !state.parts().isEmpty()) {
                context.log("begins again: the snapshot that it read from was not whole");
                state = anew(context, state);
            }
            StoreException lost;
            try (SourceWay way = kept.isPresent() ? kept.get() : SourceWay.begin(context, wanted, source, tasks)) {
                try {
                    return copy(context, job, way.records(), source, state, since);
                } catch (StoreException e) {
                    if (way.records() != source) {
                        context.pausePoint(); // who waits for a snapshot fails when the task is to stop
                    }
                    lost = way.lost().orElseThrow(() -> e);
                }
            }
            boolean asksForKeys = SourceWay.chooses(wanted);
            awaitAnswer(context, source, retry, asksForKeys ? silence(source) : lost);
            context.log("begins again, " + (asksForKeys ? "by keys, " : "") + "as the source's snapshot broke off: "
                    + lost.getMessage());
            wanted = asksForKeys ? job.with(job.pace().with(Reading.KEYS)) : wanted;
            state = anew(context, state);
        }
    }

    /** Waits until the source answers again, as long as a failure is one that passes. */
    private static void awaitAnswer(
            TaskContext context, DataStore source, Retry retry, @Nullable StoreException failure)
            throws StoreException, TaskStopped {
        StoreException why = failure;
        while (why != null) {
            if (!retry.again(why, PartState.begin(""), context::stopWanted)) {
                context.pausePoint();
                throw why;
            }
            why = silence(source);
        }
    }

    /** Why a store does not answer; null if it does. */
    private static @Nullable StoreException silence(DataStore store) {
        try {
            store.size();
            return null;
        } catch (StoreException e) {
            return e;
        }
    }

    /** Nothing is done yet, though there may be records of an earlier attempt. */
    private static JobState anew(TaskContext context, JobState state) throws TaskException {
        JobState none =
                new JobState(Phase.COPY, Math.max(1, state.copyNanos()), state.verifyNanos(), Tally.NONE, List.of());
        context.checkpoint(none.encode());
        return none;
    }

    private JobState copy(
            TaskContext context, MigrationJob job, DataStore read, DataStore source, JobState begun, long since)
            throws Exception {
        try (CopyTarget target = endpoints.target(job, source)) {
            JobState state = begun;
            boolean resumed = !begun.parts().isEmpty() || begun.copyNanos() > 0;
            if (begun.parts().isEmpty()) {
                sayLoss(context, job, source, target);
                List<PartState> parts =
                        target.parts(read).stream().map(PartState::begin).toList();
                state = begun.next(Phase.COPY, parts).with(parts, nanos.getAsLong() - since);
                context.checkpoint(state.encode());
            }
            CopyRun run = new CopyRun(job, read, target, clock, nanos, resumed);
            Parts parts = new Parts(context, nanos, state, source.size().records());
            state = parts.run(
                    "kvops-copy-" + context.id(),
                    job.pace().parallel(),
                    run::copy,
                    () -> run.care().look(parts.scanned()));
            target.finish(state.parts());
            state = state.next(job.verify() ? Phase.FORWARD : Phase.END, List.of());
            context.checkpoint(state.encode());
            return state;
        }
    }

    /** Compares what was written to a file with the store that it is of. */
    private JobState readBack(TaskContext context, MigrationJob back, DataStore store, JobState begun)
            throws Exception {
        try (DataStore file = endpoints.source(back, leftOut(context))) {
            return verify(context, back, file, store, begun, true, true);
        }
    }

    private static void sayLoss(TaskContext context, MigrationJob job, DataStore source, CopyTarget target) {
        LossReport loss = source.readsByKey()
                ? LossReport.of(source.capabilities(), target.capabilities(), job.loss())
                : LossReport.NONE; // what a file could hold says nothing about this one
        for (LossReport.Line line : loss.lines()) {
            context.log("the target can't hold " + line.what() + ": "
                    + line.then().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
    }

    /** Compares in both directions, as far as that is left. */
    JobState verify(TaskContext context, MigrationJob job, DataStore source, JobState begun) throws Exception {
        return verify(context, job, source, begun, true);
    }

    /** @param extra whether what only the target has is looked for as well */
    JobState verify(TaskContext context, MigrationJob job, DataStore source, JobState begun, boolean extra)
            throws Exception {
        try (DataStore target = endpoints.other(job)) {
            return verify(context, job, source, target, begun, extra, false);
        }
    }

    /** @param back whether what the job calls the source is what was written */
    private JobState verify(
            TaskContext context,
            MigrationJob job,
            DataStore source,
            DataStore target,
            JobState begun,
            boolean extra,
            boolean back)
            throws Exception {
        boolean goesOn = !begun.parts().isEmpty();
        boolean needsKeys = extra && ExtraRun.needsKeys(job, source);
        JobState state = begun;
        if (goesOn && needsKeys) {
            context.log("compares from the beginning, as the keys that were seen are not kept");
            state = new JobState(
                    Phase.FORWARD,
                    begun.copyNanos(),
                    begun.verifyNanos(),
                    begun.before().ofCopy(),
                    List.of());
            goesOn = false;
        }
        KeySet keys = new KeySet(goesOn || !extra ? 0 : keysMax);
        try (Differences differences = Differences.open(job.report(), goesOn, back)) {
            if (state.phase() == Phase.FORWARD) {
                if (state.parts().isEmpty()) {
                    state = state.next(Phase.FORWARD, parts(job, source));
                    context.checkpoint(state.encode());
                }
                VerifyRun run = new VerifyRun(job, source, target, clock, nanos, keys, differences);
                state = parts(context, state, source, "kvops-verify-", job, run::forward);
                state = extra ? state.next(Phase.BACKWARD, parts(job, target)) : state.next(Phase.END, List.of());
                context.checkpoint(state.encode());
            }
            if (!extra) {
                return state;
            }
            if (needsKeys && !keys.complete()) {
                throw new MigrationException(
                        Kind.JOB,
                        "there are more keys than " + keysMax
                                + ", which is what is remembered here; what is extra in the target can't be told;"
                                + " verify parts (--match), or give Java more memory (KVOPS_JAVA_OPTS=-Xmx4g)");
            }
            ExtraRun run = new ExtraRun(job, source, target, clock, nanos, keys, differences);
            state = parts(context, state, target, "kvops-verify-", job, run::backward);
            state = state.next(Phase.END, List.of());
            context.checkpoint(state.encode());
            return state;
        }
    }

    private JobState parts(
            TaskContext context, JobState state, DataStore read, String name, MigrationJob job, Parts.Work work)
            throws Exception {
        Parts parts = new Parts(context, nanos, state, read.size().records());
        return parts.run(name + context.id(), job.pace().parallel(), work, () -> {});
    }

    private static List<PartState> parts(MigrationJob job, DataStore read) throws StoreException {
        return read.split(job.pace().parallel()).stream()
                .map(part -> PartState.begin(part.text()))
                .toList();
    }

    Map<String, String> result(MigrationJob job, JobState state) {
        Tally tally = job.comparesBack() ? state.tally().turned() : state.tally();
        Map<String, String> result = new TreeMap<>();
        result.put(
                "records",
                Long.toString(job.action() == Action.VERIFY ? tally.get(Tally.Of.COMPARED) : tally.records()));
        result.put("bytes", Long.toString(tally.get(Tally.Of.BYTES)));
        result.put("failed", Long.toString(tally.get(Tally.Of.LEFT_OUT) + tally.get(Tally.Of.DAMAGED)));
        result.put("copySeconds", String.format(Locale.ROOT, "%.3f", state.copyNanos() / 1e9));
        result.put("verifySeconds", String.format(Locale.ROOT, "%.3f", state.verifyNanos() / 1e9));
        for (Tally.Of what : Tally.Of.values()) {
            result.put(camel(what.name()), Long.toString(tally.get(what)));
        }
        if (job.verify() || job.action() == Action.VERIFY) {
            long differences = tally.get(Tally.Of.MISSING) + tally.get(Tally.Of.DIFFERENT) + tally.get(Tally.Of.EXTRA);
            result.put("differences", Long.toString(differences));
            result.put("verifiedAt", clock.instant().toString());
        }
        return result;
    }

    private static String camel(String name) {
        String[] words = name.toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder camel = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            camel.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
        }
        return camel.toString();
    }

    private static MigrationException failed(TaskContext context, MigrationJob job, StoreException e)
            throws MigrationException, TaskException {
        Optional<byte[]> kept = context.checkpoint();
        JobState state = kept.isPresent() ? JobState.decode(kept.get()) : NOTHING;
        boolean writes = job.action() != Action.VERIFY || job.repair();
        return new MigrationException(
                Kind.STORE,
                job.title() + " stopped at " + state.scanned() + " "
                        + state.phase().unit() + ": " + e.getMessage()
                        + "; the source is untouched"
                        + (writes ? ", at least " + state.tally().get(Tally.Of.WRITTEN) + " records are written" : "")
                        + "; when that is mended: kvops tasks resume " + context.id(),
                e);
    }

    @Override
    public String cancelled(TaskContext context) throws Exception {
        MigrationJob job = MigrationJob.of(context.arguments());
        Optional<byte[]> kept = context.checkpoint();
        JobState state = kept.isPresent() ? JobState.decode(kept.get()) : NOTHING;
        SourceWay.forget(tasks, context.id());
        return job.action() == Action.VERIFY && !job.repair()
                ? StoreAddress.parse(job.target()).subject() + " and the source are untouched"
                : endpoints.cancelled(job, state);
    }
}
