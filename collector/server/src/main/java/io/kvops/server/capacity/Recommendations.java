package io.kvops.server.capacity;

import io.kvops.planner.Plan;
import io.kvops.planner.advice.Advice;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do about each store.
 *
 * @param notes what the reader should know of the whole
 */
public record Recommendations(Prices prices, List<StorePlan> stores, List<String> notes) {
    public Recommendations {
        stores = List.copyOf(stores);
        notes = List.copyOf(notes);
    }

    /**
     * Whose prices they are.
     *
     * @param dated when they were taken
     * @param source where from
     */
    public record Prices(String currency, String dated, String source) {
        /** Those of a catalog. */
        public static Prices of(Catalog catalog) {
            return new Prices(catalog.currency(), catalog.dated().toString(), catalog.source());
        }
    }

    /**
     * What to do about a store: its plan, without the forecasts that it was made from.
     *
     * @param first the resource that runs out first; null: none within the horizon
     * @param full when it does
     * @param buyBy the last moment to decide; null: not within the horizon
     * @param growing its parts by their share of the growth, largest first
     * @param findings in words, the most important first
     */
    public record StorePlan(
            String store,
            @Nullable Resource first,
            @Nullable DateRange full,
            @Nullable Instant buyBy,
            List<String> findings,
            Advice advice,
            List<Grower> growing) {

        /** A store's plan. */
        public static StorePlan of(String store, Plan plan) {
            Outlook first = plan.first();
            return new StorePlan(
                    store,
                    first == null ? null : first.resource(),
                    plan.full(),
                    plan.buyBy(),
                    plan.findings(),
                    plan.advice(),
                    plan.growing().stream().map(Grower::of).toList());
        }
    }

    /**
     * A part that grows.
     *
     * @param growthPerDay in the resource's unit
     * @param share of the growth of all parts that are measured in the same, above 0
     * @param fullWithout when the store were full if this part stopped growing; null: unknown, or it has no limit
     */
    public record Grower(
            Resource resource,
            double growthPerDay,
            double share,
            @Nullable DateRange fullWithout) {
        static Grower of(Plan.Grower g) {
            return new Grower(g.outlook().resource(), g.outlook().growthPerDay(), g.share(), g.fullWithout());
        }
    }
}
