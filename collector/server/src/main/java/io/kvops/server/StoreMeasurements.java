package io.kvops.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.history.GaugePoint;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.stores.Measurement;
import io.kvops.stores.StoreEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was measured of stores, and what alerts do, to the history, on a thread of its own: neither a probe nor a rule
 * waits for a disk. What can't be written waits, up to a bound of measurements and events and one of their values; past it
 * the newest is dropped and counted. Any thread may call.
 */
final class StoreMeasurements implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMeasurements.class);
    private static final int MAX_WAITING = 10_000;
    /** Some 120 MB where each has a name of its own, as scraped ones have. */
    static final int MAX_WAITING_VALUES = 400_000;

    private static final int MAX_LATEST = 5_000;
    /** As many bytes, about. */
    static final int MAX_LATEST_VALUES = 400_000;

    private static final int MOST_AT_ONCE = 500;
    private static final int MOST_VALUES_AT_ONCE = 50_000;
    private static final long PAUSE_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 5_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final History history;
    private final BlockingQueue<Written> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Map<String, Latest> latest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Latest> eldest) {
            return size() > MAX_LATEST;
        }
    };
    /** Targets that were removed last, and whether anything has parts; guarded by {@link #latest}. */
    private Set<String> removed = Set.of();

    private boolean hasParts;

    private final AtomicInteger waitingValues = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong droppedValues = new AtomicLong();
    private final Thread thread = new Thread(this::run, "kvops-measurements");
    private volatile String problem = "";
    private volatile boolean closed;

    /**
     * The newest measurement of a subject.
     *
     * @param since the first measurement since the collector's start from which on the state was never another
     */
    record Latest(Measurement measurement, Instant since) {}

    /** What is to be written. */
    private record Written(List<GaugePoint> gauges, List<Event> events) {
        static Written of(Measurement m) {
            List<GaugePoint> gauges = new ArrayList<>();
            m.values()
                    .forEach((name, value) ->
                            gauges.add(new GaugePoint(m.at().toEpochMilli(), m.kind(), m.subject(), name, value)));
            return new Written(
                    gauges, m.events().stream().map(event -> event(m, event)).toList());
        }
    }

    StoreMeasurements(History history) {
        this.history = history;
    }

    void start() {
        thread.start();
    }

    void accept(Measurement measurement) {
        synchronized (latest) {
            if (!removed.contains(target(measurement))) {
                keepLatest(measurement);
            }
        }
        offer(Written.of(measurement));
    }

    private void keepLatest(Measurement measured) {
        Measurement m = room(measured) ? measured : withoutValues(measured);
        latest.compute(
                m.kind() + " " + m.subject(),
                (subject, before) -> new Latest(
                        m, before == null || before.measurement().state() != m.state() ? m.at() : before.since()));
        if (!m.subject().equals(m.target())) {
            hasParts = true;
        } else if (hasParts) {
            // it comes after its parts: those that were not measured with it have gone
            latest.values()
                    .removeIf(l -> l.measurement().target().equals(m.target())
                            && l.measurement().kind().equals(m.kind())
                            && l.measurement().at().isBefore(m.at()));
        }
    }

    private boolean room(Measurement m) {
        long held = 0;
        for (Latest l : latest.values()) {
            Measurement other = l.measurement();
            boolean before = other.subject().equals(m.subject()) && other.kind().equals(m.kind());
            held += before ? 0 : other.values().size();
        }
        return held + m.values().size() <= MAX_LATEST_VALUES;
    }

    private static Measurement withoutValues(Measurement m) {
        String why = m.values().size() + " values are not shown: all stores have more than " + MAX_LATEST_VALUES;
        return new Measurement(
                m.at(),
                m.kind(),
                m.subject(),
                m.target(),
                m.state(),
                Map.of(),
                m.events(),
                m.problem().isEmpty() ? why : m.problem() + "; " + why,
                m.labels());
    }

    private static String target(Measurement measurement) {
        return measurement.kind() + " " + measurement.target();
    }

    /**
     * What else was measured has been removed from the configuration.
     *
     * @param measured kind and subject of each target, with a blank between
     */
    void targets(Set<String> measured) {
        synchronized (latest) {
            Set<String> gone = new HashSet<>();
            latest.values().forEach(l -> gone.add(target(l.measurement())));
            gone.removeAll(measured);
            // what is under way may still come
            removed = gone;
            latest.values().removeIf(l -> gone.contains(target(l.measurement())));
        }
    }

    /** Writes an event. */
    void keep(Event event) {
        offer(new Written(List.of(), List.of(event)));
    }

    private void offer(Written written) {
        int values = written.gauges().size();
        if (waitingValues.addAndGet(values) > MAX_WAITING_VALUES) {
            drop(written);
            if (!written.events().isEmpty()) {
                offer(new Written(List.of(), written.events()));
            }
        } else if (!waiting.offer(written)) {
            drop(written);
        }
    }

    private void drop(Written written) {
        int values = written.gauges().size();
        waitingValues.addAndGet(-values);
        droppedValues.addAndGet(values);
        dropped.incrementAndGet();
    }

    /** The newest measurement of each subject. */
    List<Latest> latest() {
        synchronized (latest) {
            return List.copyOf(latest.values());
        }
    }

    /** Measurements and events that were not written, or not as a whole, since the start. */
    long dropped() {
        return dropped.get();
    }

    /** Values of measurements that were not written, since the start. */
    long droppedValues() {
        return droppedValues.get();
    }

    /** Why nothing is written now; empty if all is well. */
    String problem() {
        return problem;
    }

    private void run() {
        List<Written> taken = new ArrayList<>();
        boolean interrupted = false;
        while (!closed || !waiting.isEmpty()) {
            try {
                Written next = waiting.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                int values = 0;
                while (next != null) {
                    taken.add(next);
                    values += next.gauges().size();
                    next = taken.size() < MOST_AT_ONCE && values < MOST_VALUES_AT_ONCE ? waiting.poll() : null;
                }
                if (write(taken)) {
                    waitingValues.addAndGet(-values);
                } else {
                    taken.forEach(this::drop);
                }
                taken.clear();
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries until it is written, or the collector stops: then it says that it is not. */
    private boolean write(List<Written> taken) throws InterruptedException {
        List<GaugePoint> gauges = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        for (Written one : taken) {
            gauges.addAll(one.gauges());
            events.addAll(one.events());
        }
        boolean gaugesWritten = gauges.isEmpty();
        boolean eventsWritten = events.isEmpty();
        while (!gaugesWritten || !eventsWritten) {
            try {
                if (!gaugesWritten) {
                    history.addGauges(gauges);
                    gaugesWritten = true;
                }
                if (!eventsWritten) {
                    history.addEvents(events);
                    eventsWritten = true;
                }
                problem = "";
            } catch (HistoryException | RuntimeException e) {
                if (problem.isEmpty()) {
                    LOG.warn(
                            "what was measured, and what alerts do, can't be written, trying again: {}",
                            e.getMessage());
                }
                problem = String.valueOf(e.getMessage());
                if (closed) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        return true;
    }

    private static Event event(Measurement measurement, StoreEvent event) {
        Map<String, String> details = new LinkedHashMap<>(event.details());
        details.put("type", event.type().name().toLowerCase(Locale.ROOT));
        details.put("store", measurement.kind());
        measurement.labels().forEach((name, value) -> details.put("label." + name, value));
        String json;
        try {
            json = JSON.writeValueAsString(details);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts did not become JSON", e);
        }
        return new Event(
                event.at().toEpochMilli(),
                "store",
                event.severity().name().toLowerCase(Locale.ROOT),
                "prober",
                measurement.subject(),
                event.title(),
                json);
    }

    /** Writes what waits, for some seconds at most. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        thread.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
