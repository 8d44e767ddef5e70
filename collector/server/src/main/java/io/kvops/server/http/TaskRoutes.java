package io.kvops.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.migration.MigrationException;
import io.kvops.server.security.Role;
import io.kvops.server.tasks.Order;
import io.kvops.server.tasks.OrderJson;
import io.kvops.server.tasks.TaskDesk;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies, comparisons and live syncs that the collector does: starts them, looks at them, pauses, resumes and cancels them. */
final class TaskRoutes {
    static final String PATH = "/api/v1/tasks";
    private static final String DRY_RUN = "dryRun";
    private static final String READ_FILE = "readFile";
    private static final int MAX_LINES = 2_000;

    private final CollectorView view;
    private final Audit audit;

    TaskRoutes(CollectorView view, Audit audit) {
        this.view = view;
        this.audit = audit;
    }

    private record Listed(List<TaskLine> tasks, @Nullable String next) {}

    private record Shown(TaskLine task, List<String> log) {}

    /** What somebody asks of a task that is there. */
    private interface Change {
        TaskLine of(TaskDesk desk, String id) throws TaskException, MigrationException;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        PATH, Role.VIEWER, Route.Place.QUICK, List.of("state", "kind", "limit", "cursor"), this::list),
                Route.get(PATH + "/{id}", Role.VIEWER, Route.Place.QUICK, List.of("lines"), this::show),
                Route.post(PATH, Role.OPERATOR, Route.Place.LONG, List.of(Answer.JSON), this::start),
                change("pause", "Pauses a task", TaskDesk::pause),
                change("resume", "Resumes a task", TaskDesk::resume),
                change("cancel", "Cancels a task", TaskDesk::cancel),
                change("cutover", "Lets a live sync hand over", TaskDesk::cutOver));
    }

    private Route change(String verb, String title, Change change) {
        return Route.post(
                PATH + "/{id}/" + verb,
                Role.OPERATOR,
                Route.Place.LONG,
                List.of("", Answer.JSON),
                ask -> change(ask, title, change));
    }

    private TaskDesk desk() throws BadRequest {
        return view.tasks().orElseThrow(() -> new BadRequest(404, "this collector has no tasks"));
    }

    private Answer list(Ask ask) throws BadRequest, TaskException {
        Params params = ask.params();
        TaskState state = params.has("state") ? params.choice("state", TaskState.class, TaskState.DONE) : null;
        String kind = params.text("kind", "");
        List<TaskLine> wanted = new ArrayList<>();
        for (TaskLine task : desk().list()) {
            if ((state == null || task.is(state))
                    && (kind.isEmpty() || task.kind().equals(kind))) {
                wanted.add(task);
            }
        }
        Page.Part<TaskLine> part = Page.of(params, ask.now(), "1d").of(wanted);
        return Answer.json(new Listed(part.entries(), part.next()));
    }

    private Answer show(Ask ask) throws BadRequest, TaskException {
        TaskLine task = desk().status(ask.pathParameter());
        int lines = ask.params().integer("lines", 50, 0, MAX_LINES);
        return Answer.json(new Shown(task, desk().log(task.id(), lines)));
    }

    private Answer start(Ask ask) throws BadRequest, TaskException, MigrationException {
        List<String> known = new ArrayList<>(OrderJson.fields());
        known.addAll(List.of(DRY_RUN, READ_FILE));
        ObjectNode body = ask.body().object(known);
        boolean dry = flag(body, DRY_RUN, false);
        boolean reads = flag(body, READ_FILE, true);
        Order order;
        try {
            order = desk().read(body);
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
        if (dry) {
            return Answer.json(desk().plan(order, reads));
        }
        String kind = order.job().action().toString();
        Map<String, String> details = new LinkedHashMap<>();
        details.put("title", order.job().title());
        if (order.job().repair()) {
            details.put("repair", "true");
        }
        audit.record(ask, "tasks", "Starts a task: " + kind, details);
        return Answer.json(desk().submit(order, ask.caller().name())).status(201);
    }

    private static boolean flag(ObjectNode body, String name, boolean byDefault) throws BadRequest {
        JsonNode value = body.remove(name);
        if (value != null && !value.isBoolean()) {
            throw new BadRequest(400, name + ": expected true or false");
        }
        return value == null ? byDefault : value.booleanValue();
    }

    private Answer change(Ask ask, String title, Change change) throws BadRequest, TaskException, MigrationException {
        TaskLine task = desk().status(ask.pathParameter());
        Map<String, String> details = new LinkedHashMap<>();
        details.put("id", task.id());
        details.put("title", task.title());
        audit.record(ask, "tasks", title, details);
        return Answer.json(change.of(desk(), task.id()));
    }
}
