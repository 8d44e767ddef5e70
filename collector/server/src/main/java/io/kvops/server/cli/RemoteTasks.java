package io.kvops.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.server.tasks.OrderJson;
import io.kvops.server.tasks.PlanLine;
import io.kvops.server.tasks.TaskLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tasks of a collector, over its REST. */
final class RemoteTasks implements TaskPlace {
    private static final String PATH = "/api/v1/tasks";
    private static final String JSON = "application/json";
    private static final int PAGE = 500;
    private static final long LOOK_MILLIS = 300;

    private final RestClient client;
    private final String url;

    RemoteTasks(RestClient client, String url) {
        this.client = client;
        this.url = url;
    }

    private record Page(List<TaskLine> tasks, @Nullable String next) {}

    private record Shown(TaskLine task, List<String> log) {}

    @Override
    public PlanLine plan(Asked asked, boolean reads) throws Failure, InterruptedException {
        ObjectNode body = body(asked).put("dryRun", true).put("readFile", reads);
        return client.send("POST", PATH, JSON, body.toString()).read(PlanLine.class);
    }

    @Override
    public String submit(Asked asked) throws Failure, InterruptedException {
        return client.send("POST", PATH, JSON, body(asked).toString())
                .read(TaskLine.class)
                .id();
    }

    private static ObjectNode body(Asked asked) {
        return OrderJson.write(asked.order(), asked.source(), asked.target());
    }

    @Override
    public List<TaskLine> list() throws Failure, InterruptedException {
        List<TaskLine> all = new ArrayList<>();
        String cursor = "";
        while (true) {
            Page page = client.get(PATH + "?limit=" + PAGE + cursor).read(Page.class);
            all.addAll(page.tasks());
            if (page.next() == null) {
                return all;
            }
            cursor = "&cursor=" + RestClient.encode(page.next());
        }
    }

    @Override
    public TaskLine status(String id) throws Failure, InterruptedException {
        return show(id, 0).task();
    }

    @Override
    public List<String> log(String id, int maxLines) throws Failure, InterruptedException {
        return show(id, maxLines).log();
    }

    private Shown show(String id, int lines) throws Failure, InterruptedException {
        return client.get(PATH + "/" + RestClient.encode(id) + "?lines=" + lines)
                .read(Shown.class);
    }

    @Override
    public TaskLine ask(String id, Ask what) throws Failure, InterruptedException {
        String verb = what.name().toLowerCase(Locale.ROOT);
        return client.send("POST", PATH + "/" + RestClient.encode(id) + "/" + verb, "", "")
                .read(TaskLine.class);
    }

    @Override
    public TaskLine await(String id, Duration atMost) throws Failure, InterruptedException {
        long looks = Math.max(1, atMost.toMillis() / LOOK_MILLIS);
        TaskLine task = look(id);
        for (long look = 0; look < looks && !TaskPlace.rests(task); look++) {
            Thread.sleep(LOOK_MILLIS);
            task = look(id);
        }
        return task;
    }

    private TaskLine look(String id) throws Failure, InterruptedException {
        try {
            return status(id);
        } catch (RestClient.Away e) {
            throw new Failure(
                    e.getMessage() + "; it goes on with task " + id
                            + " as long as it runs, and when it is started again: kvops" + " tasks show " + id
                            + options(),
                    e);
        }
    }

    @Override
    public String interrupted(String id) {
        return "the collector goes on with task " + id + "; to look: kvops tasks show " + id + options()
                + "; to end it: kvops tasks cancel " + id + options();
    }

    @Override
    public String options() {
        return " --collector " + url;
    }

    @Override
    public void close() {
        // the client has nothing that is to be closed
    }
}
