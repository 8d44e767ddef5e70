package io.kvops.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The newest values of series, and as much of their past as expressions look back on. Only metrics that are asked for are
 * kept. A series whose newest sample is older than the look-back has no value, as in Prometheus: not zero. Any thread may call.
 */
public final class Samples {
    /** Most samples of one series; of a longer window, the oldest are missing, and counted. */
    static final int MAX_SAMPLES = 8_192;

    private final Duration lookback;
    private final int maxSeries;
    private final Map<String, Map<Labels, Window>> series = new HashMap<>();
    private final Map<String, Long> wanted = new HashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private int many;

    /**
     * @param lookback how old the newest sample may be, 5 minutes in Prometheus; more than 0
     * @param maxSeries series kept, at least 1; samples of more are dropped and counted
     */
    public Samples(Duration lookback, int maxSeries) {
        if (lookback.isNegative() || lookback.isZero()) {
            throw new IllegalArgumentException("lookback: " + lookback + " (expected more than 0)");
        }
        if (maxSeries < 1) {
            throw new IllegalArgumentException("maxSeries: " + maxSeries + " (expected at least 1)");
        }
        this.lookback = lookback;
        this.maxSeries = maxSeries;
    }

    /** Keeps what these expressions need, and nothing else. Samples of a metric that is new begin with the next. */
    public synchronized void want(Collection<Expression> expressions) {
        wanted.clear();
        for (Expression expression : expressions) {
            for (Input input : expression.inputs()) {
                input.metrics().forEach(metric -> wanted.merge(metric, input.windowMillis(), Math::max));
            }
        }
        series.keySet().removeIf(metric -> !wanted.containsKey(metric));
        many = series.values().stream().mapToInt(Map::size).sum();
    }

    /**
     * Takes one value.
     *
     * @param metric as {@code memory.used.bytes} or {@code memory_used_bytes}
     * @param value NaN: the series ends here, and has no value from now on
     */
    public void add(String metric, Labels labels, Instant at, double value) {
        MetricName name = MetricName.of(metric);
        Labels all = name.labels().isEmpty() ? labels : labels.with(name.labels());
        synchronized (this) {
            Long window = wanted.get(name.name());
            if (window == null) {
                return;
            }
            Map<Labels, Window> ofMetric = series.computeIfAbsent(name.name(), n -> new HashMap<>());
            Window there = ofMetric.get(all);
            if (there == null) {
                if (many >= maxSeries) {
                    dropped.incrementAndGet();
                    return;
                }
                many++;
                there = new Window();
                ofMetric.put(all, there);
            }
            if (!there.add(at.toEpochMilli(), value, Math.max(window, lookback.toMillis()), window == 0)) {
                dropped.incrementAndGet();
            }
        }
    }

    /** All series with these labels, and those with more, end: what they tell of does not answer. One look at all series. */
    public void end(Collection<Labels> labels, Instant at) {
        // by their longest value, which is the most telling one as a rule: a fleet that goes must not cost fleet times
        // series
        Map<Map.Entry<String, String>, List<Labels>> byValue = new HashMap<>();
        boolean all = false;
        for (Labels one : labels) {
            Optional<Map.Entry<String, String>> longest = one.asMap().entrySet().stream()
                    .max(Comparator.comparingInt(entry -> entry.getValue().length()));
            longest.ifPresent(entry -> byValue.computeIfAbsent(
                            Map.entry(entry.getKey(), entry.getValue()), e -> new ArrayList<>())
                    .add(one));
            all |= longest.isEmpty();
        }
        synchronized (this) {
            for (Map<Labels, Window> ofMetric : series.values()) {
                for (Map.Entry<Labels, Window> one : ofMetric.entrySet()) {
                    if (all || isIn(one.getKey(), byValue)) {
                        one.getValue().add(at.toEpochMilli(), Double.NaN, lookback.toMillis(), false);
                    }
                }
            }
        }
    }

    private static boolean isIn(Labels own, Map<Map.Entry<String, String>, List<Labels>> byValue) {
        for (Map.Entry<String, String> entry : own.asMap().entrySet()) {
            for (Labels ended : byValue.getOrDefault(entry, List.of())) {
                if (own.asMap().entrySet().containsAll(ended.asMap().entrySet())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Samples that were not taken: past a bound, or not newer than those before. */
    public long dropped() {
        return dropped.get();
    }

    /** Series kept now. */
    public synchronized int size() {
        return many;
    }

    /** The inputs of an expression for each set of labels that has one of them; NaN where one is missing. */
    Map<Labels, double[]> collect(
            Expression expression, Instant at, Predictor predictor, Consumer<RuntimeException> failed) {
        List<Input> inputs = expression.inputs();
        Map<Labels, double[]> found = new HashMap<>();
        synchronized (this) {
            for (int i = 0; i < inputs.size(); i++) {
                Input input = inputs.get(i);
                for (Map.Entry<Labels, Window> one :
                        series.getOrDefault(input.metric(), Map.of()).entrySet()) {
                    double value = value(input, one.getValue(), at.toEpochMilli());
                    if (!Double.isNaN(value)) {
                        found.computeIfAbsent(one.getKey(), labels -> missing(inputs.size()))[i] = value;
                    }
                }
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).function() == Input.Function.REACHES) {
                predict(inputs.get(i), i, found, at, predictor, failed);
            }
        }
        return found;
    }

    private double value(Input input, Window window, long at) {
        return switch (input.function()) {
            case VALUE, REACHES -> window.newest(at, lookback.toMillis());
            default -> window.over(input.function(), at, input.windowMillis());
        };
    }

    private void predict(
            Input input,
            int index,
            Map<Labels, double[]> found,
            Instant at,
            Predictor predictor,
            Consumer<RuntimeException> failed) {
        Duration within = Duration.ofMillis(input.horizonMillis());
        for (Map.Entry<Labels, double[]> one : found.entrySet()) {
            if (Double.isNaN(one.getValue()[index])) {
                continue;
            }
            double limit = limit(input, one.getKey(), at.toEpochMilli());
            one.getValue()[index] = Double.NaN;
            if (Double.isFinite(limit)) {
                try {
                    predictor
                            .reaches(input.metric(), one.getKey(), limit, within, input.confidence(), at)
                            .ifPresent(reached -> one.getValue()[index] = reached ? 1 : 0);
                } catch (RuntimeException e) {
                    failed.accept(e);
                }
            }
        }
    }

    private synchronized double limit(Input input, Labels labels, long at) {
        if (input.limitMetric().isEmpty()) {
            return input.factor();
        }
        Window window = series.getOrDefault(input.limitMetric(), Map.of()).get(labels);
        return window == null ? Double.NaN : window.newest(at, lookback.toMillis()) * input.factor();
    }

    private static double[] missing(int size) {
        double[] made = new double[size];
        java.util.Arrays.fill(made, Double.NaN);
        return made;
    }

    /** Forgets series that have had no sample for as long as anything looks back on. */
    synchronized void forget(Instant at) {
        for (Map.Entry<String, Map<Labels, Window>> ofMetric : series.entrySet()) {
            long window = Math.max(wanted.getOrDefault(ofMetric.getKey(), 0L), lookback.toMillis());
            Iterator<Window> all = ofMetric.getValue().values().iterator();
            while (all.hasNext()) {
                if (all.next().last() < at.toEpochMilli() - window) {
                    all.remove();
                    many--;
                }
            }
        }
    }

    /** What is kept of a metric's series, for tests of what is forgotten. */
    synchronized List<Labels> of(String metric) {
        return new ArrayList<>(
                series.getOrDefault(MetricName.plain(metric), Map.of()).keySet());
    }
}
