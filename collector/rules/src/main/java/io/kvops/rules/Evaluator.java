package io.kvops.rules;

import io.kvops.rules.Alert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Takes alerts from state to state as Prometheus's rule manager does (rules/alerting.go describes it): what is true becomes pending, what was
 * pending for {@code for} fires, what is not true any more is inactive; with a clear expression and {@code keep_firing_for}, it fires on.
 * One thread at a time.
 */
final class Evaluator {
    /** Alerts of one rule; of more, the rest is counted. */
    static final int MAX_ALERTS = 10_000;
    /** How long a resolved alert is kept, to be told. Prometheus's. */
    static final Duration RESOLVED_FOR = Duration.ofMinutes(15);
    /** How long an alert is kept without data: what it was about may not be measured any more. */
    static final Duration KEPT_FOR = Duration.ofHours(2);
    /** How long a series that had values is missed, where that is an alert. */
    private static final Duration MISSED_FOR = Duration.ofDays(7);

    private final Samples samples;
    private final Predictor predictor;
    private final Consumer<AlertEvent> events;
    private final AtomicLong failures;
    private final AtomicLong refused;
    private final Duration grace;
    private final Map<String, Map<Labels, Active>> alerts = new LinkedHashMap<>();
    private final Map<String, Map<Labels, Instant>> seen = new HashMap<>();
    private List<Rule> rules = List.of();
    private Instant started = Instant.MIN;
    private boolean changed;

    Evaluator(
            Samples samples,
            Predictor predictor,
            Consumer<AlertEvent> events,
            AtomicLong failures,
            AtomicLong refused,
            Duration grace) {
        this.samples = samples;
        this.predictor = predictor;
        this.events = events;
        this.failures = failures;
        this.refused = refused;
        this.grace = grace;
    }

    /** Other rules: alerts of those that have the same name go on, the rest is inactive. */
    void use(List<Rule> changedRules, Instant at) {
        Map<String, Rule> byName = new HashMap<>();
        changedRules.forEach(rule -> byName.put(rule.name(), rule));
        List<Expression> expressions = new ArrayList<>();
        for (Rule rule : changedRules) {
            expressions.add(rule.expression());
            if (rule.clear() != null) {
                expressions.add(rule.clear());
            }
        }
        samples.want(expressions);
        alerts.forEach((name, ofRule) -> {
            Rule now = byName.get(name);
            Map<Labels, Active> kept = new LinkedHashMap<>();
            ofRule.values().forEach(active -> {
                Labels labels = now == null ? active.labels : labels(now, active.series);
                if (now != null && labels.equals(active.labels)) {
                    kept.put(active.series, copy(active, now));
                } else {
                    resolve(active, at, "the rule is not there any more");
                }
            });
            ofRule.values().removeIf(active -> active.state != State.INACTIVE);
            ofRule.putAll(kept);
        });
        seen.keySet().retainAll(byName.keySet());
        rules = List.copyOf(changedRules);
    }

    private static Active copy(Active from, Rule rule) {
        Active made = new Active(rule, from.series, from.labels, from.activeAt);
        made.state = from.state;
        made.firedAt = from.firedAt;
        made.resolvedAt = from.resolvedAt;
        made.keptSince = from.keptSince;
        made.seenAt = from.seenAt;
        made.annotations = from.annotations;
        made.value = from.value;
        made.noData = from.noData;
        made.restored = from.restored;
        return made;
    }

    List<Rule> rules() {
        return rules;
    }

    Collection<Active> all() {
        List<Active> found = new ArrayList<>();
        alerts.values().forEach(ofRule -> found.addAll(ofRule.values()));
        return found;
    }

    void restore(Active active, Instant at) {
        started = at;
        active.restored = true;
        alerts.computeIfAbsent(active.rule.name(), n -> new LinkedHashMap<>()).put(active.series, active);
    }

    /** Whether anything changed that has to be kept, since it was last asked. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Evaluates once; says for how many sets of labels it was decided. */
    int evaluate(Rule rule, Instant at) {
        Map<Labels, Active> ofRule = alerts.computeIfAbsent(rule.name(), n -> new LinkedHashMap<>());
        Map<Labels, double[]> found = collect(rule, rule.expression(), at);
        Map<Labels, double[]> clearing = rule.clear() == null ? Map.of() : collect(rule, rule.clear(), at);
        Map<Labels, Boolean> known = new HashMap<>();
        found.forEach((series, values) -> {
            Optional<Boolean> truth = rule.expression().test(series, values);
            truth.ifPresent(is -> known.put(series, is));
            if (truth.isPresent() && truth.get()) {
                begin(rule, ofRule, series, values, at);
            }
        });
        if (rule.noData() == NoData.ALERT) {
            miss(rule, ofRule, known, at);
        }
        Iterator<Active> all = ofRule.values().iterator();
        while (all.hasNext()) {
            Active active = all.next();
            step(active, known, clearing, at);
            boolean old = active.resolvedAt != null
                    && active.resolvedAt.plus(RESOLVED_FOR).isBefore(at);
            if (active.state == State.INACTIVE && (active.firedAt == null || old)) {
                all.remove();
            }
        }
        return known.size();
    }

    /** The alerts of a rule. */
    Collection<Active> of(Rule rule) {
        return alerts.getOrDefault(rule.name(), Map.of()).values();
    }

    private Map<Labels, double[]> collect(Rule rule, Expression expression, Instant at) {
        Map<Labels, double[]> found = samples.collect(expression, at, predictor, e -> failures.incrementAndGet());
        if (!rule.match().isEmpty()) {
            found.keySet().removeIf(series -> !Matcher.all(rule.match(), series));
        }
        return found;
    }

    private void begin(Rule rule, Map<Labels, Active> ofRule, Labels series, double[] values, Instant at) {
        Active active = active(rule, ofRule, series, at);
        if (active == null) {
            return;
        }
        active.noData = false;
        active.keptSince = null;
        active.value = rule.expression().measured(series, values);
        active.annotations = texts(rule, active, values);
    }

    private @org.jspecify.annotations.Nullable Active active(
            Rule rule, Map<Labels, Active> ofRule, Labels series, Instant at) {
        Active active = ofRule.get(series);
        if (active != null && active.state != State.INACTIVE) {
            return active;
        }
        if (active == null && ofRule.size() >= MAX_ALERTS) {
            refused.incrementAndGet();
            return null;
        }
        active = new Active(rule, series, labels(rule, series), at);
        ofRule.put(series, active);
        event(active, at, State.INACTIVE, "pending");
        return active;
    }

    /** Series that had values and have none are true by themselves. */
    private void miss(Rule rule, Map<Labels, Active> ofRule, Map<Labels, Boolean> known, Instant at) {
        Map<Labels, Instant> ofSeries = seen.computeIfAbsent(rule.name(), n -> new HashMap<>());
        known.keySet().forEach(series -> {
            if (ofSeries.size() < MAX_ALERTS || ofSeries.containsKey(series)) {
                ofSeries.put(series, at);
            }
        });
        ofSeries.values().removeIf(last -> last.plus(MISSED_FOR).isBefore(at));
        for (Labels series : ofSeries.keySet()) {
            if (known.containsKey(series)) {
                continue;
            }
            Active active = active(rule, ofRule, series, at);
            if (active != null) {
                active.noData = true;
                active.value = Double.NaN;
                active.annotations = Map.of("summary", rule.name() + ": no data of " + series);
            }
        }
    }

    private void step(Active active, Map<Labels, Boolean> known, Map<Labels, double[]> clearing, Instant at) {
        if (active.state == State.INACTIVE) {
            return;
        }
        Rule rule = active.rule;
        Boolean truth = known.get(active.series);
        boolean missing = truth == null;
        if (!missing) {
            active.seenAt = at;
            active.restored = false;
        }
        boolean isTrue = Boolean.TRUE.equals(truth) || (missing && active.noData && rule.noData() == NoData.ALERT);
        boolean keeps = missing && rule.noData() == NoData.KEEP && at.isBefore(active.seenAt.plus(KEPT_FOR));
        boolean waits = keeps || (missing && active.restored && at.isBefore(started.plus(grace)));
        if (keeps) {
            active.noData = true;
        }
        if (!isTrue && !waits && !goesOn(active, missing, clearing, at)) {
            resolve(active, at, missing ? "no data" : "");
            return;
        }
        if (active.state == State.PENDING
                && (isTrue || (waits && !active.restored))
                && !Duration.between(active.activeAt, at).minus(rule.holdFor()).isNegative()) {
            active.state = State.FIRING;
            active.firedAt = at;
            event(active, at, State.PENDING, "firing");
        }
    }

    /** Whether what is not true fires on all the same. */
    private static boolean goesOn(Active active, boolean missing, Map<Labels, double[]> clearing, Instant at) {
        Rule rule = active.rule;
        if (active.state != State.FIRING) {
            return false;
        }
        if (rule.clear() != null && !missing) {
            double[] values = clearing.get(active.series);
            boolean clear =
                    values != null && rule.clear().test(active.series, values).orElse(false);
            if (!clear) {
                active.keptSince = null;
                return true;
            }
        }
        if (rule.keepFiringFor().isZero()) {
            return false;
        }
        if (active.keptSince == null) {
            active.keptSince = at;
        }
        return Duration.between(active.keptSince, at).compareTo(rule.keepFiringFor()) < 0;
    }

    private void resolve(Active active, Instant at, String why) {
        State from = active.state;
        if (from == State.INACTIVE) {
            return;
        }
        active.state = State.INACTIVE;
        active.resolvedAt = at;
        changed = true;
        events.accept(new AlertEvent(at, active.alert(), from, from == State.FIRING ? "resolved" : "inactive", why));
    }

    private void event(Active active, Instant at, State from, String what) {
        changed = true;
        String value = Double.isNaN(active.value) ? "" : "value " + Template.formatted(active.value, "number");
        events.accept(new AlertEvent(at, active.alert(), from, what, value));
    }

    static Labels labels(Rule rule, Labels series) {
        Map<String, String> own = new TreeMap<>();
        rule.labels().forEach((name, template) -> own.put(name, template.fill(place -> value(place, series))));
        own.put("alertname", rule.name());
        own.put("severity", rule.level().text());
        if (!rule.family().equals(rule.name())) {
            own.put("family", rule.family());
        }
        return series.with(own);
    }

    private static Map<String, String> texts(Rule rule, Active active, double[] values) {
        Map<String, String> made = new TreeMap<>();
        rule.annotations()
                .forEach((name, template) -> made.put(name, template.fill(place -> {
                    if (place.equals("value")) {
                        return active.value;
                    }
                    int index = rule.expression().inputs().indexOf(Input.value(MetricName.plain(place)));
                    return index < 0 ? value(place, active.labels) : (Object) values[index];
                })));
        return made;
    }

    private static String value(String place, Labels labels) {
        return place.startsWith("labels.") ? labels.get(place.substring("labels.".length())) : "";
    }
}
