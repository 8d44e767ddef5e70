package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.util.Optional;

/** What is shown of records, and said when they can't be what is asked. */
final class Statuses {
    private Statuses() {}

    static TaskStatus of(TaskRecord record, boolean interrupted, TaskProgress progress) {
        TaskRequest request = record.request();
        boolean moves = record.state().owned() && !interrupted;
        return new TaskStatus(
                record.id(),
                request.kind(),
                request.title(),
                request.asker(),
                request.key(),
                record.state(),
                interrupted,
                record.created(),
                Optional.ofNullable(record.started()),
                Optional.ofNullable(record.ended()),
                record.runs(),
                record.owner(),
                moves ? progress : new TaskProgress(progress.done(), progress.total(), progress.unit(), 0),
                record.result(),
                record.error());
    }

    static TaskException cannot(TaskRecord record, Ask what) {
        String verb = what.name().toLowerCase(java.util.Locale.ROOT);
        return new TaskException(
                Kind.STATE,
                "task " + record.id() + " is " + record.state() + ": it can't " + verb + "; see: kvops tasks show "
                        + record.id());
    }
}
