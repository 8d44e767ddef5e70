package io.kvops.planner.advice;

import io.kvops.planner.advice.Advice.Choice;
import io.kvops.planner.advice.Advice.Refused;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses machines for a need that is not known exactly, as Netflix's service-capacity-modeling does: worlds are drawn from
 * the intervals, each layout is tried in each world, and the one is taken whose regret (its cost above that of the cheapest
 * that holds in that world, and a penalty where it does not hold) is least on average, among those whose risk is borne.
 */
public final class Advisor {
    /** What a layout that is too small costs, in prices of the one that would have held. */
    private static final double PENALTY = 10;

    private static final int REFUSED_MAX = 12;
    private static final double OVER = 0.9;

    private final Catalog catalog;
    private final AdvisorOptions options;

    /** Chooses from a catalog. */
    public Advisor(Catalog catalog, AdvisorOptions options) {
        this.catalog = catalog;
        this.options = options;
    }

    /** Advises; without today's layout there is no saving, and nothing vertical or horizontal. */
    public Advice advise(Need need, @Nullable Layout today) {
        List<Trial> trials = new ArrayList<>();
        Worlds worlds = new Worlds(need, options);
        for (InstanceShape shape : catalog.shapes()) {
            for (int shards = 1; shards <= options.shardsMax(); shards++) {
                trials.add(worlds.run(new Layout(shape, shards, options.replicas()), catalog));
            }
        }
        double[] cheapest = worlds.cheapest(trials);
        trials.forEach(t -> t.regret = worlds.regret(t, cheapest, PENALTY));
        @Nullable Trial now = today == null ? null : worlds.run(today, catalog);
        if (now != null) {
            now.regret = worlds.regret(now, cheapest, PENALTY);
        }
        @Nullable Cost paid = now == null ? null : now.cost;
        @Nullable Trial best = best(trials, t -> true);
        @Nullable Trial vertical = today == null ? null : best(trials, t -> t.layout.shards() == today.shards());
        @Nullable
        Trial horizontal =
                today == null ? null : best(trials, t -> t.layout.shape().equals(today.shape()));
        return new Advice(
                choice(best, paid),
                choice(vertical, paid),
                choice(horizontal, paid),
                choice(now, paid),
                refused(trials, best),
                findings(best, vertical, horizontal, now, need));
    }

    private @Nullable Trial best(List<Trial> trials, Predicate<Trial> wanted) {
        return trials.stream()
                .filter(wanted)
                .filter(t -> t.risk() <= options.riskMax())
                .min(Comparator.<Trial>comparingDouble(t -> t.regret)
                        .thenComparing(t -> t.cost.perMonth())
                        .thenComparing(t -> t.layout.machines()))
                .orElse(null);
    }

    private static @Nullable Choice choice(@Nullable Trial t, @Nullable Cost paid) {
        return t == null
                ? null
                : new Choice(t.layout, t.cost, t.risk(), t.regret, paid == null ? null : paid.minus(t.cost));
    }

    /** For each shape the most shards that are too few, and the fewest that hold. */
    private List<Refused> refused(List<Trial> trials, @Nullable Trial best) {
        List<Trial> shown = new ArrayList<>();
        for (InstanceShape shape : catalog.shapes()) {
            List<Trial> own =
                    trials.stream().filter(t -> t.layout.shape().equals(shape)).toList();
            @Nullable
            Trial holds = own.stream()
                    .filter(t -> t.risk() <= options.riskMax())
                    .findFirst()
                    .orElse(null);
            int few = holds == null ? options.shardsMax() : holds.layout.shards() - 1;
            for (Trial t : own) {
                if (t != best && (t == holds || t.layout.shards() == few)) {
                    shown.add(t);
                }
            }
        }
        return shown.stream()
                .sorted(Comparator.comparing((Trial t) -> t.cost.perMonth()))
                .limit(REFUSED_MAX)
                .map(t -> new Refused(t.layout, reason(t, best)))
                .toList();
    }

    private String reason(Trial t, @Nullable Trial best) {
        if (t.risk() > options.riskMax()) {
            return String.format(
                    Locale.ROOT, "too small in %.1f %% of the worlds: %s", 100 * t.risk(), t.worstShortage());
        }
        if (best == null) {
            return "";
        }
        Cost more = t.cost.minus(best.cost);
        if (more.perMonth().signum() > 0) {
            return "would hold, but costs " + more.perMonth().toPlainString() + " " + catalog.currency()
                    + " a month more";
        }
        if (more.perMonth().signum() == 0) {
            return "would hold at the same cost, with no less risk or more machines";
        }
        return String.format(
                Locale.ROOT,
                "would hold for less, but is too small in %.1f %% of the worlds against %.1f %%: more regret",
                100 * t.risk(),
                100 * best.risk());
    }

    private List<String> findings(
            @Nullable Trial best,
            @Nullable Trial vertical,
            @Nullable Trial horizontal,
            @Nullable Trial now,
            Need need) {
        List<String> findings = new ArrayList<>();
        if (best == null) {
            findings.add("nothing in the catalog of " + catalog.dated() + " holds with up to " + options.shardsMax()
                    + " shards: add larger shapes, or change the data");
        } else if (now != null && now.risk() <= options.riskMax()) {
            Cost saved = now.cost.minus(best.cost);
            boolean over = best.cost.perMonth().doubleValue()
                    < OVER * now.cost.perMonth().doubleValue();
            findings.add(
                    over
                            ? "over-provisioned: " + best.layout + " would do and save " + saved
                            : "what is there holds: nothing needs to be bought within the horizon");
        } else if (now != null) {
            findings.add(String.format(
                    Locale.ROOT,
                    "what is there (%s) is too small in %.1f %% of the worlds: %s; take %s at %s",
                    now.layout,
                    100 * now.risk(),
                    now.worstShortage(),
                    best.layout,
                    best.cost));
        }
        if (vertical != null && horizontal != null && best != null) {
            findings.add("a larger machine: " + vertical.layout + " at " + vertical.cost + "; more of today's: "
                    + horizontal.layout + " at " + horizontal.cost);
        } else if (now != null && vertical == null && need.opsPerSecond().mid() > 0) {
            findings.add("no larger machine helps with as many shards: only a split does");
        }
        return findings;
    }
}
