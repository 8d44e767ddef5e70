package io.kvops.migration;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.LossReport;
import java.util.ArrayList;
import java.util.List;

/** Looks at both sides of a job before anything is written. */
final class Planner {
    private static final String MEMORY_LIMIT = "memory.limit.bytes";

    private final Endpoints endpoints;

    Planner(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    Plan plan(MigrationJob job) throws MigrationException, StoreException {
        try (DataStore source = endpoints.source(job, problem -> {});
                CopyTarget target = endpoints.planned(job, source)) {
            Capabilities from = source.capabilities();
            Capabilities to = target.capabilities();
            DataSize size = source.size();
            DataSize targetSize = target.size();
            StoreDescription described = target.describe();
            List<String> warnings = new ArrayList<>(target.warnings(size));
            if (!from.complete()) {
                warnings.add("the source can't say that a scan sees every record: the copy is its best effort");
            }
            if (!from.snapshot()) {
                warnings.add(
                        "the source is read while it changes: records that change meanwhile are copied as they are then");
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
                    target.parts(source).size(),
                    CopyRun.opaque(job, from, to, false),
                    LossReport.of(from, to, job.loss()),
                    warnings);
        }
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
