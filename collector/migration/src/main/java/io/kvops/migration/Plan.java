package io.kvops.migration;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.LossReport;
import java.util.List;
import java.util.Objects;

/**
 * What a job would do, found out without a write. Immutable.
 *
 * @param title the job in one line
 * @param source what it is
 * @param size how much it holds, before any filter
 * @param target what it is
 * @param targetSize how much it holds
 * @param parts how many parts would be read at once
 * @param opaque whether values would be copied in the stores' own form, which is faster
 * @param loss what the target can't hold, and what becomes of it
 * @param warnings what may go wrong, a line each
 */
public record Plan(
        String title,
        StoreDescription source,
        DataSize size,
        StoreDescription target,
        DataSize targetSize,
        int parts,
        boolean opaque,
        LossReport loss,
        List<String> warnings) {
    public Plan {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(source, "source");
        warnings = List.copyOf(warnings);
    }

    /** The same with other warnings. */
    Plan withWarnings(List<String> lines) {
        return new Plan(title, source, size, target, targetSize, parts, opaque, loss, lines);
    }
}
