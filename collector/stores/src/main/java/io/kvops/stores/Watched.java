package io.kvops.stores;

import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One target: its connection, kept, and its state. One measurement at a time; the one that is overdue is given up, and
 * what it brings after all is thrown away.
 */
final class Watched {
    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    private final ProbeTarget target;
    private final StoreProbe probe;
    private final ProbeContext context;
    private final String subject;
    private final StateTrack track;
    private final Map<String, StateTrack> parts = new LinkedHashMap<>();
    /** Belongs to the thread that measures; after the end to the one that closes. */
    private @Nullable StoreConnection connection;

    private @Nullable Thread measuring;
    private boolean overdue;
    private boolean closed;
    private @Nullable Instant measured;
    private long failures;
    private String problem = "";

    Watched(ProbeTarget target, StoreProbe probe, ProbeContext context) {
        this.target = target;
        this.probe = probe;
        this.context = context;
        this.subject = probe.subject(target.address());
        this.track = new StateTrack(subject);
    }

    ProbeTarget target() {
        return target;
    }

    /** Tries in a row that found it down. */
    synchronized long failures() {
        return failures;
    }

    /** Whether it answered the last time: it may use the threads for those. */
    synchronized boolean answers() {
        return track.state() != null && track.state() != State.DOWN;
    }

    synchronized TargetStatus status() {
        return new TargetStatus(
                target.address().kind(),
                subject,
                target.name().isEmpty() ? subject : target.name(),
                track.state(),
                track.since(),
                measured,
                failures,
                problem);
    }

    /** Measures in this thread: parts, then the whole. Empty if it was overdue or closed meanwhile: then all is said. */
    List<Measurement> measure() {
        synchronized (this) {
            if (closed) {
                return List.of();
            }
            measuring = Thread.currentThread();
            overdue = false;
        }
        Instant at = context.clock().instant();
        long began = context.nanos().getAsLong();
        Reading reading = new Reading();
        StoreException failure = null;
        try {
            StoreConnection open = connection;
            if (open == null) {
                open = probe.open(target.address(), context);
                connection = open;
            }
            open.measure(reading);
            reading.put("probe.duration.seconds", (context.nanos().getAsLong() - began) / 1e9);
        } catch (StoreException e) {
            failure = e;
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("the probe of {} failed", subject, e);
            failure = new StoreException(
                    Kind.NONSENSE, "the probe failed: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
        if (failure != null) {
            disconnect();
        }
        return finished(at, reading, failure);
    }

    private List<Measurement> finished(Instant at, Reading reading, @Nullable StoreException failure) {
        boolean late;
        List<Measurement> found = List.of();
        synchronized (this) {
            measuring = null;
            late = overdue || closed;
            // an interrupt that came for this measurement must not meet the next one of this thread
            Thread.interrupted();
            if (!late) {
                found = failure == null ? results(at, reading) : List.of(failed(at, failure));
            }
        }
        if (late) {
            disconnect();
        }
        return found;
    }

    /** Gives the measurement under way up, if there is one; says so as the store being down. */
    synchronized @Nullable Measurement giveUp() {
        Thread thread = measuring;
        if (thread == null || overdue || closed) {
            return null;
        }
        overdue = true;
        thread.interrupt();
        return failed(context.clock().instant(), context.deadline().late());
    }

    /** For after the end of the measurement under way, which closes the connection itself then. */
    void close() {
        boolean idle;
        synchronized (this) {
            closed = true;
            idle = measuring == null;
            if (measuring != null) {
                measuring.interrupt();
            }
        }
        if (idle) {
            disconnect();
        }
    }

    private void disconnect() {
        StoreConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                LOG.debug("closing the connection to {} failed", subject, e);
            }
        }
    }

    private Measurement failed(Instant at, StoreException failure) {
        State state = failure.kind() == Kind.REFUSED ? State.DEGRADED : State.DOWN;
        problem = OneLine.of(String.valueOf(failure.getMessage()));
        measured = at;
        failures = state == State.DOWN ? failures + 1 : 0;
        List<StoreEvent> events = track.move(state, problem, at);
        return measurement(at, subject, state, Map.of(), events, problem);
    }

    private List<Measurement> results(Instant at, Reading reading) {
        List<Measurement> found = new ArrayList<>();
        parts.keySet().retainAll(reading.parts().keySet());
        reading.parts().forEach((name, part) -> {
            StateTrack known = parts.computeIfAbsent(name, StateTrack::new);
            String down = part.down();
            if (down != null) {
                reading.missing(name, down);
                List<StoreEvent> events = known.move(State.DOWN, down, at);
                found.add(measurement(at, name, State.DOWN, Map.of(), events, down));
            } else {
                found.add(result(at, name, known, part));
            }
        });
        Measurement whole = result(at, subject, track, reading);
        problem = whole.problem();
        measured = at;
        failures = 0;
        found.add(whole);
        return found;
    }

    private Measurement result(Instant at, String name, StateTrack known, Reading reading) {
        String missing = reading.problem();
        State state = missing.isEmpty() ? State.UP : State.DEGRADED;
        List<StoreEvent> events = new ArrayList<>(known.move(state, missing, at));
        events.addAll(known.look(reading, at));
        events.addAll(reading.events());
        return measurement(at, name, state, reading.values(), events, missing);
    }

    private Measurement measurement(
            Instant at, String name, State state, Map<String, Double> values, List<StoreEvent> events, String line) {
        return new Measurement(
                at, target.address().kind(), name, subject, state, values, events, line, target.labels());
    }
}
