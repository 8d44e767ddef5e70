package io.kvops.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.history.HistoryException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down who changed what, and from where, before it takes effect: what can't be written down is not done. Secrets
 * never get here. Waits for the history, so it is for workers.
 */
final class Audit {
    static final String KIND = "audit";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_VALUE = 2_000;

    private final CollectorView view;

    Audit(CollectorView view) {
        this.view = view;
    }

    /**
     * Writes one entry.
     *
     * @param subject what it is about, such as config
     * @param title what is about to happen, in one line
     */
    void record(Ask ask, String subject, String title, Map<String, String> details) throws BadRequest {
        record(ask.now(), ask.caller().name(), ask.remote(), "info", subject, title, details);
    }

    void record(
            Instant at,
            String who,
            String remote,
            String severity,
            String subject,
            String title,
            Map<String, String> details)
            throws BadRequest {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("remote", remote);
        details.forEach((name, value) ->
                all.put(name, value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "..." : value));
        try {
            String json = JSON.writeValueAsString(all);
            view.history().addEvents(List.of(new Event(at.toEpochMilli(), KIND, severity, who, subject, title, json)));
        } catch (HistoryException e) {
            throw new BadRequest(
                    503, "nothing was changed, for it could not be written to the audit: " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts did not become JSON", e);
        }
    }
}
