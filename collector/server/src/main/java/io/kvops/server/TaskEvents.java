package io.kvops.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.server.tasks.TaskLine;
import io.kvops.server.tasks.TaskNews;
import io.kvops.tasks.TaskState;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps in the history what became of tasks: their states, but not how far they were. For one thread. */
final class TaskEvents {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEvents.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final History history;
    private final Clock clock;

    TaskEvents(History history, Clock clock) {
        this.history = history;
        this.clock = clock;
    }

    void accept(TaskNews news) {
        if (!news.ofState()) {
            return;
        }
        TaskLine task = news.task();
        Map<String, String> details = new LinkedHashMap<>();
        details.put("id", task.id());
        details.put("kind", task.kind());
        details.put("state", task.state());
        if (!task.error().isEmpty()) {
            details.put("error", task.error());
        }
        details.putAll(task.result());
        String severity = task.is(TaskState.FAILED) ? "warning" : "info";
        String title = "Task " + task.id() + " is " + task.state() + ": " + task.title();
        try {
            history.addEvents(List.of(new Event(
                    clock.millis(),
                    "task",
                    severity,
                    task.asker(),
                    task.id(),
                    title,
                    JSON.writeValueAsString(details))));
        } catch (HistoryException | JsonProcessingException e) {
            LOG.warn("not in the history: {}: {}", title, e.getMessage());
        }
    }
}
