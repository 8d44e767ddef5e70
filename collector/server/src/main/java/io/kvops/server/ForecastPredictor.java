package io.kvops.server;

import io.kvops.history.GaugePoint;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import io.kvops.planner.forecast.Timeline;
import io.kvops.rules.Labels;
import io.kvops.rules.MetricName;
import io.kvops.rules.Predictor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers rules that look ahead with the planner's forecast of what the history holds. A forecast is made on a thread of its
 * own when it is asked for, and again when it is an hour old or the limit has become another; until then there is no answer.
 * None is given below {@link #LEAST_POINTS} values, and "no" only if enough was measured to look so far ahead.
 */
final class ForecastPredictor implements Predictor, AutoCloseable {
    /** Values of a series from which something is said about its future. */
    static final int LEAST_POINTS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(ForecastPredictor.class);
    private static final int MOST_SERIES = 10_000;
    private static final int MOST_POINTS = 2_000;
    private static final int PAST_TIMES = 4;
    private static final Duration LONGEST_PAST = Duration.ofDays(90);
    private static final Duration LEAST_STEP = Duration.ofSeconds(10);
    private static final Duration GOOD_FOR = Duration.ofHours(1);
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final double SAME_LIMIT = 0.01;

    private final History history;
    private final Map<Question, Known> known = new HashMap<>();
    private final AtomicLong leftOut = new AtomicLong();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_SERIES),
            task -> new Thread(task, "kvops-predictor"),
            new ThreadPoolExecutor.AbortPolicy());

    /** What is asked again and again. */
    private record Question(String metric, Labels series, Duration within, double confidence) {}

    /** The last answer; none yet while {@code limit} is NaN. */
    private static final class Known {
        Optional<Boolean> answer = Optional.empty();
        double limit = Double.NaN;
        Instant madeAt = Instant.MIN;
        Instant askedAt = Instant.MIN;
        boolean underWay;

        boolean isGood(double wanted, Instant at) {
            return Math.abs(wanted - limit) <= SAME_LIMIT * Math.abs(limit)
                    && madeAt.plus(GOOD_FOR).isAfter(at);
        }
    }

    ForecastPredictor(History history) {
        this.history = history;
    }

    void start() {
        thread.prestartCoreThread();
    }

    /** Forecasts that were not made, for there were too many series. */
    long leftOut() {
        return leftOut.get();
    }

    @Override
    public Optional<Boolean> reaches(
            String metric, Labels series, double limit, Duration within, double confidence, Instant at) {
        Question question = new Question(metric, series, within, confidence);
        synchronized (known) {
            Known there = known.get(question);
            if (there == null) {
                known.values().removeIf(old -> old.askedAt.plus(FORGOTTEN).isBefore(at));
                if (known.size() >= MOST_SERIES) {
                    leftOut.incrementAndGet();
                    return Optional.empty();
                }
                there = new Known();
                known.put(question, there);
            }
            there.askedAt = at;
            if (!there.isGood(limit, at) && !there.underWay && !thread.isShutdown()) {
                Known wanted = there;
                wanted.underWay = true;
                thread.execute(() -> work(question, wanted, limit, at));
            }
            return there.answer;
        }
    }

    private void work(Question question, Known there, double limit, Instant at) {
        Optional<Boolean> answer = Optional.empty();
        try {
            answer = forecast(question, limit, at);
        } catch (HistoryException | RuntimeException e) {
            LOG.debug("no forecast of {} {}", question.metric(), question.series(), e);
        }
        synchronized (known) {
            there.answer = answer;
            there.limit = limit;
            there.madeAt = at;
            there.underWay = false;
        }
    }

    private Optional<Boolean> forecast(Question question, double limit, Instant at) throws HistoryException {
        Duration past = question.within().multipliedBy(PAST_TIMES);
        if (past.compareTo(LONGEST_PAST) > 0) {
            past = LONGEST_PAST;
        }
        Duration step = past.dividedBy(MOST_POINTS);
        List<GaugePoint> points = points(question, at, past, step.compareTo(LEAST_STEP) < 0 ? LEAST_STEP : step);
        if (points.size() < LEAST_POINTS || !(limit > 0)) {
            return Optional.empty();
        }
        long[] times = points.stream().mapToLong(GaugePoint::atMillis).toArray();
        double[] values = points.stream().mapToDouble(GaugePoint::value).toArray();
        String metric = question.metric();
        Resource resource = Resource.of(question.series().toString(), dimension(metric), metric);
        // the chance to be above the upper end of a central interval is half of what is outside of it
        double level = Math.max(0.01, Math.abs(2 * question.confidence() - 1));
        Outlook outlook =
                Outlook.of(resource, Timeline.of(times, values, Timeline.Kind.GAUGE), limit, question.within(), level);
        DateRange full = outlook.full();
        if (full == null) {
            return Optional.empty();
        }
        if ((question.confidence() >= 0.5 ? full.latest() : full.earliest()) != null) {
            return Optional.of(true);
        }
        boolean farEnough = !full.horizon()
                .isBefore(at.plus(question.within()).minus(outlook.step().multipliedBy(2)));
        return farEnough ? Optional.of(false) : Optional.empty();
    }

    private List<GaugePoint> points(Question question, Instant at, Duration past, Duration step)
            throws HistoryException {
        String kind = question.series().get("kind");
        String subject = question.series().get("subject");
        long from = at.minus(past).toEpochMilli();
        for (GaugePoint latest : history.latestGauges(kind, at.minus(GOOD_FOR).toEpochMilli())) {
            MetricName name = MetricName.of(latest.name());
            if (latest.subject().equals(subject)
                    && name.name().equals(question.metric())
                    && question.series()
                            .asMap()
                            .entrySet()
                            .containsAll(name.labels().entrySet())) {
                return history.gauges(
                        kind, subject, latest.name(), from, at.toEpochMilli() + 1, step.toMillis(), 2 * MOST_POINTS);
            }
        }
        return List.of();
    }

    private static Dimension dimension(String metric) {
        for (Dimension dimension : Dimension.values()) {
            if (metric.startsWith(dimension.name().toLowerCase(java.util.Locale.ROOT) + "_")) {
                return dimension;
            }
        }
        return metric.endsWith("_bytes") ? Dimension.STORAGE : Dimension.OTHER;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = false;
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
