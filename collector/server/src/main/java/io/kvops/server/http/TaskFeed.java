package io.kvops.server.http;

import io.kvops.server.report.ReportJson;
import io.kvops.server.tasks.TaskNews;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * News of tasks until they are sent: each change of a state, and of progress only the latest, so that many tasks make few events.
 * Any thread.
 */
final class TaskFeed {
    private static final int MOST = 1_000;

    private final Map<String, TaskNews> waiting = new LinkedHashMap<>();
    private long number;
    private long dropped;

    synchronized void add(TaskNews news) {
        String progress = news.task().id();
        if (news.ofState()) {
            waiting.remove(progress); // the state says it as well
            waiting.put(progress + " " + ++number, news);
        } else {
            waiting.remove(progress);
            waiting.put(progress, news);
        }
        for (Iterator<TaskNews> all = waiting.values().iterator(); waiting.size() > MOST; ) {
            all.next();
            all.remove();
            dropped++;
        }
    }

    /** All that waits, as server-sent events, which then waits no more; empty if nothing does. */
    synchronized String take() {
        StringBuilder events = new StringBuilder();
        for (TaskNews news : waiting.values()) {
            events.append("event: task\ndata: ").append(ReportJson.line(news)).append("\n\n");
        }
        waiting.clear();
        return events.toString();
    }

    /** News that did not wait until they were sent, as there were too many. */
    synchronized long dropped() {
        return dropped;
    }
}
