package io.kvops.server.tasks;

import io.kvops.migration.Plan;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.data.LossReport;
import java.util.List;
import java.util.Locale;

/**
 * What a job would do, as commands and REST show it. Immutable.
 *
 * @param title the job in one line
 * @param source what it is, and of which version
 * @param records that it has, before any filter; -1 if unknown
 * @param bytes that they take; -1 if unknown
 * @param target what it is, and of which version
 * @param targetRecords that it has; -1 if unknown
 * @param targetBytes that they take; -1 if unknown
 * @param parts that would be read at once
 * @param opaque whether values would be copied in the stores' own form
 * @param loss what the target can't hold
 * @param warnings what may go wrong, a line each
 */
public record PlanLine(
        String title,
        String source,
        long records,
        long bytes,
        String target,
        long targetRecords,
        long targetBytes,
        int parts,
        boolean opaque,
        List<Loss> loss,
        List<String> warnings) {

    /**
     * Something that the target can't hold.
     *
     * @param what it is
     * @param then what becomes of it: fails, is encoded, ...
     */
    public record Loss(String what, String then) {
        /** Whether the copy ends where it meets it. */
        public boolean fails() {
            return then.equals(text(LossReport.Then.FAILS));
        }
    }

    public PlanLine {
        loss = List.copyOf(loss);
        warnings = List.copyOf(warnings);
    }

    /** A plan of this machine. */
    public static PlanLine of(Plan plan) {
        return new PlanLine(
                plan.title(),
                text(plan.source()),
                plan.size().records(),
                plan.size().bytes(),
                text(plan.target()),
                plan.targetSize().records(),
                plan.targetSize().bytes(),
                plan.parts(),
                plan.opaque(),
                plan.loss().lines().stream()
                        .map(line -> new Loss(line.what(), text(line.then())))
                        .toList(),
                plan.warnings());
    }

    private static String text(StoreDescription store) {
        return (store.product() + " " + store.version()).strip();
    }

    private static String text(LossReport.Then then) {
        return then.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
