package io.kvops.planner;

import io.kvops.planner.advice.Advice;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Outlook;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a store.
 *
 * @param outlooks of its resources, the first to run out first
 * @param advice on machines
 * @param first the resource that runs out first; null: none within the horizon
 * @param full when it does
 * @param buyBy the last moment to decide: the lead time before the earliest date; null: not within the horizon
 * @param growing its parts by their share of the growth, largest first
 * @param findings in words, the most important first
 */
public record Plan(
        List<Outlook> outlooks,
        Advice advice,
        @Nullable Outlook first,
        @Nullable DateRange full,
        @Nullable Instant buyBy,
        List<Grower> growing,
        List<String> findings) {

    public Plan {
        outlooks = List.copyOf(outlooks);
        growing = List.copyOf(growing);
        findings = List.copyOf(findings);
    }

    /**
     * A part that grows.
     *
     * @param share of the growth of all parts that are measured in the same, above 0
     * @param fullWithout when the store were full if this part stopped growing; null: unknown, or it has no limit
     */
    public record Grower(
            Outlook outlook, double share, @Nullable DateRange fullWithout) {}
}
