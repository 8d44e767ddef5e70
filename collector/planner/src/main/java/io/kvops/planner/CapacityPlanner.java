package io.kvops.planner;

import io.kvops.planner.advice.Advice;
import io.kvops.planner.advice.Advisor;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.Layout;
import io.kvops.planner.advice.Need;
import io.kvops.planner.advice.Quantity;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.ForecastStore;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import io.kvops.planner.capacity.Threshold;
import io.kvops.planner.forecast.BusinessCalendar;
import io.kvops.planner.forecast.Forecast;
import io.kvops.planner.forecast.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says when resources run out and what to buy. Fed by hand, or by a collector.
 *
 * <pre>{@code
 * CapacityPlanner planner = new CapacityPlanner();
 * Resource memory = Resource.of("redis", Dimension.MEMORY, "used_memory");
 * planner.limit(memory, 16L << 30);
 * usedBytes.forEach((at, bytes) -> planner.record(memory, at, bytes));
 * System.out.println(planner.outlook(memory, Duration.ofDays(60)).full());
 * Plan plan = planner.plan("redis", Duration.ofDays(60), catalog, today, AdvisorOptions.defaults(), WhatIf.AS_FORECAST);
 * System.out.println(plan.advice().best() + ", decide by " + plan.buyBy());
 * }</pre>
 *
 * <p>Any thread may record; what is asked is computed in the caller's thread. Up to 10 000 resources of 20 000 values are held:
 * past that the older half is thinned out, and further resources are not taken, but counted.
 */
public final class CapacityPlanner {
    private static final int RESOURCES_MAX = 10_000;
    private static final int FORECASTS_KEPT = 100;
    private static final double LEVEL = 0.95;
    private static final String SERVICE = "service";
    private static final Comparator<Outlook> FIRST_TO_RUN_OUT = Comparator.comparing(CapacityPlanner::earliest)
            .thenComparing(Outlook::headroom)
            .thenComparing(o -> o.resource().toString());

    private final Map<Resource, Samples> samples = new ConcurrentHashMap<>();
    private final Map<Resource, Double> limits = new ConcurrentHashMap<>();
    private final Map<String, Remarks.KeyCount> keys = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final ForecastStore store;
    private final BusinessCalendar calendar;

    /** One that keeps its forecasts in memory. */
    public CapacityPlanner() {
        this(ForecastStore.inMemory(FORECASTS_KEPT));
    }

    /** One that keeps its forecasts elsewhere. */
    public CapacityPlanner(ForecastStore store) {
        this(store, BusinessCalendar.NONE);
    }

    /** One that knows of holidays. */
    public CapacityPlanner(ForecastStore store, BusinessCalendar calendar) {
        this.store = store;
        this.calendar = calendar;
    }

    /** Takes a value, in the resource's unit; in any order. NaN is "not measured". */
    public void record(Resource resource, Instant at, double value) {
        take(resource, at, value, Timeline.Kind.GAUGE);
    }

    /**
     * Takes the running total of a counter, such as operations since the start; in any order. What is looked at is its growth a
     * second; a total below the one before began anew with its process. All values of a resource come by this or by {@link
     * #record}: the first decides.
     */
    public void recordTotal(Resource resource, Instant at, double total) {
        take(resource, at, total, Timeline.Kind.RATE);
    }

    private void take(Resource resource, Instant at, double value, Timeline.Kind kind) {
        Samples own = samples.get(resource);
        if (own == null && samples.size() >= RESOURCES_MAX) {
            refused.incrementAndGet();
            return;
        }
        samples.computeIfAbsent(resource, r -> new Samples(kind)).add(at, value);
    }

    /** Values that were not taken since there were too many resources. */
    public long refused() {
        return refused.get();
    }

    /** Says where a resource is full, in its unit, above 0. */
    public void limit(Resource resource, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("limit of " + resource + ": " + value + " (expected above 0)");
        }
        limits.put(resource, value);
    }

    /**
     * Says how many keys a store holds now: a plan then says what may be changed in the data. Of more than 10 000 stores those
     * past them are not taken.
     *
     * @param expiring of them that have a TTL
     */
    public void keys(String store, double count, double expiring) {
        if (!(count >= 0 && expiring >= 0 && expiring <= count)) {
            throw new IllegalArgumentException("keys of " + store + ": " + count + ", of which " + expiring
                    + " expire (expected at least 0, and no more than there are)");
        }
        if (keys.size() < RESOURCES_MAX || keys.containsKey(store)) {
            keys.put(store, new Remarks.KeyCount(count, expiring));
        }
    }

    /**
     * How a resource stands and where it goes.
     *
     * @throws IllegalArgumentException if nothing was recorded of it, or too little to say anything
     */
    public Outlook outlook(Resource resource, Duration horizon) {
        Timeline recorded = timeline(resource);
        if (horizon.isNegative() || horizon.isZero()) {
            throw new IllegalArgumentException("horizon: " + horizon + " (expected above 0)");
        }
        double limit = limits.getOrDefault(resource, Double.POSITIVE_INFINITY);
        return Outlook.of(resource, recorded, limit, horizon, LEVEL, store, calendar);
    }

    /**
     * What was recorded of a resource, in order and at equal distances.
     *
     * @throws IllegalArgumentException if nothing was
     */
    public Timeline timeline(Resource resource) {
        Samples own = samples.get(resource);
        if (own == null) {
            throw new IllegalArgumentException("nothing was recorded of " + resource);
        }
        return own.timeline();
    }

    /** Names of the stores of which something was recorded, sorted. */
    public Set<String> stores() {
        return samples.keySet().stream().map(Resource::store).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Resources of which something was recorded, sorted by name. */
    public List<Resource> resources() {
        return samples.keySet().stream()
                .sorted(Comparator.comparing(Resource::toString))
                .toList();
    }

    /** All resources that can be looked at, the first to run out first, then by headroom. */
    public List<Outlook> outlooks(Duration horizon) {
        return outlooks(horizon, resource -> true);
    }

    /** The same of some of them: each takes tens of milliseconds. */
    public List<Outlook> outlooks(Duration horizon, Predicate<Resource> wanted) {
        List<Outlook> all = new ArrayList<>();
        for (Resource resource : samples.keySet()) {
            if (!wanted.test(resource)) {
                continue;
            }
            try {
                all.add(outlook(resource, horizon));
            } catch (IllegalArgumentException e) {
                // too little of it was recorded: whoever asks for it alone is told
            }
        }
        all.sort(FIRST_TO_RUN_OUT);
        return all;
    }

    /**
     * What to do about a store.
     *
     * @param today what it runs on; null: not known
     */
    public Plan plan(
            String name,
            Duration horizon,
            Catalog catalog,
            @Nullable Layout today,
            AdvisorOptions options,
            WhatIf question) {
        List<Outlook> own = outlooks(horizon, r -> r.store().equals(name)).stream()
                .map(o -> o.growing(question.growth()))
                .sorted(FIRST_TO_RUN_OUT)
                .toList();
        if (own.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing was recorded of '" + name + "' from which a plan could be made");
        }
        List<Outlook> whole =
                own.stream().filter(o -> o.resource().part().isEmpty()).toList();
        Advice advice = new Advisor(catalog, options).advise(need(whole), today);
        @Nullable
        Outlook first = whole.stream()
                .filter(o -> o.full() != null && o.full().within())
                .findFirst()
                .orElse(null);
        @Nullable DateRange full = first == null ? null : first.full();
        @Nullable Instant earliest = full == null ? null : full.earliest();
        @Nullable Instant buyBy = earliest == null ? null : earliest.minus(options.leadTime());
        List<Plan.Grower> growing = growing(own);
        List<String> findings = new ArrayList<>();
        if (first != null && buyBy != null) {
            boolean late = buyBy.isBefore(first.first());
            findings.add(first.resource() + " is the first to run out: full " + full + "; decide by "
                    + buyBy.toString().substring(0, 10) + (late ? ", which is over: now" : ""));
        }
        findings.addAll(advice.findings());
        findings.addAll(Remarks.growing(growing));
        findings.addAll(Remarks.data(whole, keys.get(name)));
        whole.forEach(o -> findings.addAll(Remarks.overProvisioned(o, timeline(o.resource()))));
        return new Plan(own, advice, first, full, buyBy, growing, findings);
    }

    private static Instant earliest(Outlook o) {
        DateRange full = o.full();
        Instant earliest = full == null ? null : full.earliest();
        return earliest == null ? Instant.MAX : earliest;
    }

    /** The most that is expected of each dimension within the horizon. */
    private static Need need(List<Outlook> whole) {
        return new Need(
                most(whole, Dimension.MEMORY),
                most(whole, Dimension.STORAGE),
                most(whole, Dimension.THROUGHPUT),
                most(whole.stream().filter(CapacityPlanner::isService).toList(), Dimension.LATENCY),
                most(whole, Dimension.CONNECTIONS));
    }

    /** Whether it is time of a processor: what clients wait holds network and queues too, and no machine makes those shorter. */
    private static boolean isService(Outlook o) {
        return o.resource().metric().startsWith(SERVICE);
    }

    private static Quantity most(List<Outlook> whole, Dimension dimension) {
        Quantity most = Quantity.exactly(0);
        for (Outlook o : whole) {
            if (o.resource().dimension() == dimension) {
                Forecast f = o.forecast();
                int at = 0;
                for (int h = 1; h < f.values().length; h++) {
                    at = f.upper()[h] > f.upper()[at] ? h : at;
                }
                double now = o.current();
                double mid = Math.max(0, f.values()[at]);
                double low = Math.max(0, Math.min(mid, f.lower()[at]));
                double high = Math.max(mid, f.upper()[at]);
                // what is there already must be borne whatever comes
                Quantity q = new Quantity(Math.min(Math.max(low, Math.min(now, mid)), mid), mid, high);
                most = q.high() > most.high() ? q : most;
            }
        }
        return most;
    }

    private static List<Plan.Grower> growing(List<Outlook> own) {
        List<Plan.Grower> growing = new ArrayList<>();
        for (Dimension dimension : List.of(Dimension.MEMORY, Dimension.STORAGE, Dimension.THROUGHPUT)) {
            growing.addAll(growing(own, dimension));
        }
        growing.sort(Comparator.comparingDouble(Plan.Grower::share).reversed());
        return growing;
    }

    private static List<Plan.Grower> growing(List<Outlook> own, Dimension dimension) {
        List<Outlook> same =
                own.stream().filter(o -> o.resource().dimension() == dimension).toList();
        List<Outlook> parts = same.stream()
                .filter(o -> !o.resource().part().isEmpty() && o.growthPerDay() > 0)
                .toList();
        @Nullable
        Outlook whole = same.stream()
                .filter(o -> o.resource().part().isEmpty() && !o.thresholds().isEmpty())
                .findFirst()
                .orElse(null);
        double all = parts.stream().mapToDouble(Outlook::growthPerDay).sum();
        return parts.stream()
                .map(part -> new Plan.Grower(
                        part, part.growthPerDay() / all, whole == null ? null : whole.fullWithout(part)))
                .toList();
    }

    /** When a share of a limit is reached, such as 0.8; one of {@link Outlook#SHARES}. */
    public static DateRange at(Outlook outlook, double share) {
        return outlook.thresholds().stream()
                .filter(t -> t.share() == share)
                .map(Threshold::when)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        outlook.resource() + " has no limit, or " + share + " is none of " + Outlook.SHARES));
    }
}
