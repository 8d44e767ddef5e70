package io.kvops.migration;

import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStopped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A live sync's task as its copy and its comparisons see it: what they keep has a place in what the sync keeps. */
final class LiveContext implements TaskContext {
    private final TaskContext task;
    private final Keeping keeping;
    private final String more;

    /** Keeps a state. */
    interface Keeping {
        void keep(byte[] state) throws TaskException;
    }

    /** Where it becomes part of the sync's own checkpoint. */
    LiveContext(TaskContext task, LiveState around) {
        this(task, state -> task.checkpoint(around.encode(state)), "");
    }

    /** @param more is said behind what progress is counted in */
    LiveContext(TaskContext task, Keeping keeping, String more) {
        this.task = task;
        this.keeping = keeping;
        this.more = more;
    }

    @Override
    public String id() {
        return task.id();
    }

    @Override
    public Map<String, String> arguments() {
        return task.arguments();
    }

    @Override
    public int run() {
        return task.run();
    }

    @Override
    public Optional<byte[]> checkpoint() throws TaskException {
        return task.checkpoint();
    }

    @Override
    public void checkpoint(byte[] bytes) throws TaskException {
        keeping.keep(bytes);
    }

    @Override
    public void progress(long done, long total, String unit) {
        task.progress(done, total, unit + more);
    }

    @Override
    public boolean stopWanted() {
        return task.stopWanted();
    }

    @Override
    public void pausePoint() throws TaskStopped {
        task.pausePoint();
    }

    @Override
    public void rest(Duration time) throws TaskStopped, InterruptedException {
        task.rest(time);
    }

    @Override
    public void log(String line) {
        task.log(line);
    }
}
