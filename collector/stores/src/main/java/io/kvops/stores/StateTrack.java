package io.kvops.stores;

import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreEvent.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is remembered of one subject from measurement to measurement: turns changes into events, each once. */
final class StateTrack {
    private final String subject;
    private @Nullable State state;
    private @Nullable Instant since;
    private String runId = "";
    private String role = "";
    private double uptimeSeconds = Double.NaN;

    StateTrack(String subject) {
        this.subject = subject;
    }

    @Nullable
    State state() {
        return state;
    }

    @Nullable
    Instant since() {
        return since;
    }

    /** Events of going from the last state to this one. */
    List<StoreEvent> move(State now, String problem, Instant at) {
        State before = state;
        Instant began = since;
        if (now == before) {
            return List.of();
        }
        state = now;
        since = at;
        List<StoreEvent> events = new ArrayList<>();
        if (now == State.DOWN) {
            events.add(event(at, StoreEvent.Type.DOWN, Severity.CRITICAL, subject + " is down: " + problem, Map.of()));
            return events;
        }
        if (before == State.DOWN && began != null) {
            long gap = Math.max(0, Duration.between(began, at).toMillis());
            String seconds = String.format(java.util.Locale.ROOT, "%.1f", gap / 1e3);
            events.add(event(
                    at,
                    StoreEvent.Type.UP,
                    Severity.INFO,
                    subject + " answers again after " + seconds + " s without",
                    Map.of("gapSeconds", seconds, "downSince", began.toString())));
        }
        if (now == State.DEGRADED) {
            events.add(
                    event(at, StoreEvent.Type.DEGRADED, Severity.WARNING, subject + " in part: " + problem, Map.of()));
        } else if (before == State.DEGRADED) {
            events.add(event(
                    at, StoreEvent.Type.RESTORED, Severity.INFO, subject + " is measured in whole again", Map.of()));
        }
        return events;
    }

    /** Events of what the reading says of the server's run and role. */
    List<StoreEvent> look(Reading reading, Instant at) {
        List<StoreEvent> events = new ArrayList<>();
        boolean other = !runId.isEmpty() && !reading.runId().isEmpty() && !runId.equals(reading.runId());
        boolean younger = reading.uptimeSeconds() < uptimeSeconds - 1;
        if (other || younger) {
            events.add(event(
                    at,
                    StoreEvent.Type.RESTARTED,
                    Severity.WARNING,
                    subject + " was started anew, or another server answers there; its counters began again",
                    Map.of("uptimeSeconds", Double.toString(reading.uptimeSeconds()), "runId", reading.runId())));
        }
        if (!role.isEmpty() && !reading.role().isEmpty() && !role.equals(reading.role())) {
            events.add(event(
                    at,
                    StoreEvent.Type.ROLE_CHANGED,
                    Severity.WARNING,
                    subject + " is now " + reading.role() + ", was " + role,
                    Map.of("from", role, "to", reading.role())));
        }
        runId = reading.runId().isEmpty() ? runId : reading.runId();
        role = reading.role().isEmpty() ? role : reading.role();
        uptimeSeconds = Double.isNaN(reading.uptimeSeconds()) ? uptimeSeconds : reading.uptimeSeconds();
        return events;
    }

    private static StoreEvent event(
            Instant at, StoreEvent.Type type, Severity severity, String title, Map<String, String> details) {
        return new StoreEvent(at, type, severity, title, details);
    }
}
