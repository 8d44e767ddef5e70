package io.kvops.migration;

import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStopped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A live sync's task as its copy sees it: what the copy keeps becomes part of the sync's own checkpoint. */
final class LiveContext implements TaskContext {
    private final TaskContext task;
    private final LiveState around;

    LiveContext(TaskContext task, LiveState around) {
        this.task = task;
        this.around = around;
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
        task.checkpoint(around.encode(bytes));
    }

    @Override
    public void progress(long done, long total, String unit) {
        task.progress(done, total, unit);
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
