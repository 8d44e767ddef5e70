package io.kvops.tasks;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the folder of tasks needs from time to time, whoever wrote in it. On the thread {@code kvops-tasks}. */
final class Upkeep {
    /** Cancels a task, whoever owns it. */
    interface Canceller {
        void cancel(String id) throws TaskException;
    }

    private final TasksConfig config;
    private final TaskFolder folder;
    private final Engine engine;
    private final String me;
    private final Canceller canceller;

    Upkeep(TasksConfig config, TaskFolder folder, Engine engine, String me, Canceller canceller) {
        this.config = config;
        this.folder = folder;
        this.engine = engine;
        this.me = me;
        this.canceller = canceller;
    }

    /** Left tasks are picked up, damaged ones put aside, old ones forgotten. */
    @SuppressWarnings("try") // the lock is held, that is its use
    void lookAround() throws TaskException {
        try (FileLocks.Held held = folder.lock()) {
            folder.sweep();
            List<TaskRecord> ended = new ArrayList<>();
            for (String id : folder.ids()) {
                TaskRecord record = read(id);
                if (record != null && record.state().ended()) {
                    ended.add(record);
                } else if (record != null && record.state().owned() && config.pickUp()) {
                    pickUp(id);
                }
            }
            forget(ended);
        } catch (IOException e) {
            engine.problem("the folder of tasks " + config.folder() + " can't be looked after: " + Text.reason(e));
        }
        replaceOlder();
    }

    private @Nullable TaskRecord read(String id) throws IOException {
        if (engine.live(id) != null) {
            return null;
        }
        try {
            return folder.task(id).read();
        } catch (TaskException e) {
            if (e.kind() == TaskException.Kind.DAMAGED) {
                engine.damaged();
                engine.problem(e.getMessage() + "; put aside as " + folder.putAside(id));
            } else {
                engine.problem(String.valueOf(e.getMessage()));
            }
            return null;
        }
    }

    private void pickUp(String id) throws IOException, TaskException {
        TaskFiles files = folder.task(id);
        FileLocks.Held owned = files.tryOwn();
        if (owned == null) {
            return;
        }
        boolean taken = false;
        try {
            TaskRecord record = files.read();
            if (record == null
                    || !record.state().owned()
                    || !engine.knows(record.request().kind())) {
                return;
            }
            if (record.state() == TaskState.PAUSING) {
                files.write(record.to(TaskState.PAUSED));
                return;
            }
            boolean cancelling = record.state() == TaskState.CANCELLING;
            TaskRecord next = record.to(cancelling ? TaskState.CANCELLING : TaskState.SCHEDULED)
                    .ownedBy(me);
            files.write(next);
            engine.pickedUp(new Live(engine, files, owned, next));
            taken = true;
        } finally {
            if (!taken) {
                owned.close();
            }
        }
    }

    private void forget(List<TaskRecord> ended) throws IOException {
        ended.sort(Comparator.comparing(Upkeep::endedAt).reversed());
        Instant oldest = config.clock().instant().minus(config.keepFor());
        for (int i = 0; i < ended.size(); i++) {
            TaskRecord record = ended.get(i);
            if (i >= config.keepEnded() || endedAt(record).isBefore(oldest)) {
                folder.task(record.id()).delete();
            }
        }
    }

    private static Instant endedAt(TaskRecord record) {
        Instant ended = record.ended();
        return ended == null ? record.created() : ended;
    }

    /** Tasks that replace others: those are cancelled, and looked at until they have ended. */
    private void replaceOlder() {
        for (Live live : engine.blocked()) {
            try {
                boolean clear = true;
                for (TaskRecord other : sameKey(live.record().request().key(), live.id())) {
                    if (!newer(other, live.record())) {
                        clear = false;
                        if (other.state() != TaskState.CANCELLING) {
                            canceller.cancel(other.id());
                        }
                    }
                }
                if (clear) {
                    engine.unblock(live);
                }
            } catch (TaskException | IllegalArgumentException e) {
                live.log("waits for an older task with the same key: " + e.getMessage());
            }
        }
    }

    private static boolean newer(TaskRecord other, TaskRecord than) {
        int order = other.created().compareTo(than.created());
        return order > 0 || (order == 0 && other.id().compareTo(than.id()) > 0);
    }

    /** Tasks with this key that have not ended. */
    List<TaskRecord> sameKey(String key, String butNot) throws TaskException {
        List<TaskRecord> found = new ArrayList<>();
        if (key.isEmpty()) {
            return found;
        }
        for (String id : folder.ids()) {
            Live live = engine.live(id);
            TaskRecord record;
            try {
                record = live == null ? folder.task(id).read() : live.record();
            } catch (TaskException e) {
                continue; // what can't be read can't be said to overlap
            }
            if (record != null
                    && !id.equals(butNot)
                    && !record.state().ended()
                    && record.request().key().equals(key)) {
                found.add(record);
            }
        }
        return found;
    }
}
