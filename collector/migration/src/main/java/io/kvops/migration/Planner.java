package io.kvops.migration;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.LossReport;
import io.kvops.stores.data.Replay;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Looks at both sides of a job before anything is written. */
final class Planner {
    private static final String MEMORY_LIMIT = "memory.limit.bytes";

    private final Endpoints endpoints;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Path tasks;

    /** @param tasks the folder of tasks */
    Planner(Endpoints endpoints, Clock clock, LongSupplier nanos, Path tasks) {
        this.tasks = tasks;
        this.endpoints = endpoints;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** @param reads whether a file is read to know what it holds */
    Plan plan(MigrationJob job, boolean reads) throws MigrationException, StoreException {
        try (DataStore source = endpoints.source(job, problem -> {});
                CopyTarget target = endpoints.planned(job, source)) {
            Survey survey = reads && !source.readsByKey() ? Survey.of(job, source, clock, nanos) : null;
            Capabilities from = survey == null ? source.capabilities() : survey.capabilities(source.capabilities());
            Capabilities to = target.capabilities();
            DataSize size = survey == null ? source.size() : survey.size();
            DataSize targetSize = target.size();
            StoreDescription described = target.describe();
            List<String> warnings = new ArrayList<>(target.warnings(size));
            if (!from.complete()) {
                warnings.add("the source can't say that a scan sees every record: the copy is its best effort");
            }
            boolean snapshot = way(job, source, from, warnings);
            if (survey != null && survey.leftOut() > 0) {
                warnings.add(survey.leftOut() + (survey.leftOut() == 1 ? " place" : " places")
                        + " of the file can't be read and would be left out");
            }
            room(described, size, targetSize, warnings);
            if (targetSize.records() > 0 && job.action() != Action.VERIFY) {
                warnings.add("the target has " + targetSize.records() + " records already; of the same keys: "
                        + job.conflict());
            }
            return new Plan(
                    job.title(),
                    source.describe(),
                    size,
                    described,
                    targetSize,
                    snapshot ? 1 : target.parts(source).size(),
                    CopyRun.opaque(job, from, to, false),
                    survey == null && !source.readsByKey() ? LossReport.NONE : LossReport.of(from, to, job.loss()),
                    warnings);
        }
    }

    /** Says how the source would be read. @return whether from a snapshot */
    private boolean way(MigrationJob job, DataStore source, Capabilities from, List<String> warnings)
            throws StoreException {
        if (from.snapshot()) {
            return false;
        }
        String against = SourceWay.against(job, source, tasks);
        if (against.isEmpty()) {
            warnings.add(
                    "the source sends a snapshot of itself, as to a replica: all records as they are at one instant; it"
                            + " forks for that, and " + SourceWay.folder(tasks)
                            + " needs room for it; --read keys asks for keys instead");
            return true;
        }
        warnings.add("the source is read while it changes: records that change meanwhile are copied as they are then"
                + (SourceWay.chooses(job) ? " (no snapshot, as " + against + ")" : ""));
        return false;
    }

    /** The same of a live sync: nothing but looks at the stores, and what its way is. */
    Plan plan(SyncJob sync, LiveWork live) throws MigrationException, StoreException {
        MigrationJob job = sync.job();
        Plan copy = plan(job, false);
        FeedOptions options = live.options("plan", job);
        List<String> warnings = new ArrayList<>();
        Optional<Replay> way = live.way(job, options, "");
        if (way.isPresent()) {
            try (Replay replay = way.get()) {
                warnings.add(
                        replay instanceof RereadReplay
                                ? "changed keys are read again and written whole"
                                : "the source's log is repeated at the target; expiries there come into force at the"
                                        + " cut-over");
            }
        } else {
            warnings.add("the source has no log of its changes: both are compared, again and again, "
                    + sync.everyMillis() / 1000.0 + " s apart, and what differs is written");
            if (copy.targetSize().records() > 0 && !job.repair()) {
                warnings.add("the target is not empty: what the source removes will stay there");
            }
        }
        warnings.addAll(copy.warnings().stream()
                .filter(line -> !line.startsWith("the source is read while it changes"))
                .toList());
        try (DataStore source = endpoints.source(job, problem -> {})) {
            warnings.addAll(source.followingAdvice(options));
        }
        warnings.add(
                sync.holdWritesMillis() == 0
                        ? "at the cut-over the source's writes are not held back: what is written after its point is not"
                                + " at the target; let clients stop before, or --hold-writes"
                        : "at the cut-over the source holds back writes of all its clients for "
                                + sync.holdWritesMillis() + " ms at most, where it can");
        return copy.withWarnings(warnings);
    }

    private static void room(StoreDescription target, DataSize size, DataSize targetSize, List<String> warnings) {
        Double limit = target.limits().get(MEMORY_LIMIT);
        if (limit != null && limit > 0 && size.bytes() > 0) {
            double left = limit - Math.max(0, targetSize.bytes());
            if (size.bytes() > left) {
                warnings.add("the source takes " + size.bytes() + " bytes, and the target has " + (long) left
                        + " left of its memory; give it more, or copy less (--match, --where)");
            }
        }
    }
}
