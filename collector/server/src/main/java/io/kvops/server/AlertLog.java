package io.kvops.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.rules.Alert;
import io.kvops.rules.AlertEvent;
import io.kvops.rules.AlertHistory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Makes events of the history out of what alerts do: that one fires, that it is resolved, and the first time that a receiver
 * was told of it, or could not be. What is only pending is not kept. Any thread may call.
 */
final class AlertLog implements AlertHistory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TOLD = 20_000;

    private final Consumer<Event> events;
    /** The last that was kept of each alert and receiver: receivers are told again and again. */
    private final Map<String, String> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_TOLD;
        }
    };

    AlertLog(Consumer<Event> events) {
        this.events = events;
    }

    @Override
    public void add(AlertEvent event) {
        Alert alert = event.alert();
        String summary =
                alert.annotations().getOrDefault("summary", alert.series().toString());
        switch (event.what()) {
            case "firing" -> keep(event, alert.level().text(), alert.rule() + ": " + summary);
            case "resolved" -> keep(event, "info", alert.rule() + " is over: " + summary);
            case "told", "not told" -> {
                if (isNew(event)) {
                    boolean arrived = event.what().equals("told");
                    keep(
                            event,
                            arrived ? "info" : "warning",
                            alert.rule() + (arrived ? " was told to " : " could not be told to ") + event.details());
                }
            }
            default -> {}
        }
    }

    private synchronized boolean isNew(AlertEvent event) {
        String receiver = event.details().split(":", 2)[0];
        String now = event.what() + " " + event.alert().firedAt();
        return !now.equals(told.put(receiver + " " + event.alert().labels(), now));
    }

    private void keep(AlertEvent event, String severity, String title) {
        Alert alert = event.alert();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("alert", alert.rule());
        details.put("what", event.what());
        details.put("level", alert.level().text());
        details.put("labels", alert.labels().asMap());
        details.put("activeAt", alert.activeAt().toString());
        details.put("firedAt", Objects.toString(alert.firedAt(), ""));
        details.put("details", event.details());
        String subject = alert.series().get("subject");
        try {
            events.accept(new Event(
                    event.at().toEpochMilli(),
                    "alert",
                    severity,
                    "rules",
                    subject.isEmpty() ? alert.series().toString() : subject,
                    title,
                    JSON.writeValueAsString(details)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts did not become JSON", e);
        }
    }
}
