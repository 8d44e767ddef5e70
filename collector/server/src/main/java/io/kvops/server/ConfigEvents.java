package io.kvops.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.server.config.Version;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps in the history what became of the configuration. */
final class ConfigEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigEvents.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final History history;
    private final Clock clock;

    ConfigEvents(History history, Clock clock) {
        this.history = history;
        this.clock = clock;
    }

    void changed(Version version) {
        List<String> changes =
                version.changes().stream().map(Version.Change::toString).toList();
        String title = "configuration version " + version.number() + ", " + changes.size()
                + (changes.size() == 1 ? " setting changed" : " settings changed");
        write("info", version.who(), title, Map.of("version", version.number(), "changes", changes));
    }

    void refused(String problem) {
        write("warning", "collector", "a configuration was not taken", Map.of("problem", problem));
    }

    private void write(String severity, String who, String title, Map<String, Object> details) {
        try {
            String json = JSON.writeValueAsString(details);
            history.addEvents(
                    List.of(new Event(clock.millis(), "config", severity, who, "configuration", title, json)));
        } catch (HistoryException | JsonProcessingException | RuntimeException e) {
            // the version itself is kept elsewhere
            LOG.warn("'{}' can't be written to the history: {}", title, e.getMessage());
        }
    }
}
