package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A task that this process owns: its state, and what its work sees of it. The state is guarded by the host's monitor, the
 * checkpoint by this object.
 */
final class Live implements TaskContext {
    /** A task that ends its process each time would do so for ever. */
    private static final int MAX_FRUITLESS = 5;

    private static final int MAX_RESULT_BYTES = 64 * 1024;

    /** Why a task is to stop. */
    private enum Stop {
        NONE,
        PAUSE,
        CANCEL,
        CLOSE
    }

    private final Host host;
    private final TaskFiles files;
    private final FileLocks.Held owned;
    private final RateMeter meter = new RateMeter();
    private TaskRecord record;
    private boolean onThread;
    private boolean blocked;
    private boolean resumeAfterwards;
    private boolean unwritten;
    private boolean released;
    private TaskProgress written = TaskProgress.NONE;
    private volatile Stop stop = Stop.NONE;
    private volatile boolean cleaning;
    private volatile TaskProgress said;
    private volatile double perSecond;

    Live(Host host, TaskFiles files, FileLocks.Held owned, TaskRecord record) {
        this.host = host;
        this.files = files;
        this.owned = owned;
        this.record = record;
        this.blocked = record.request().overlap() == Overlap.REPLACE
                && !record.request().key().isEmpty()
                && record.state() == TaskState.SCHEDULED;
        this.said = files.readProgress();
    }

    /** What a live task needs of {@link Tasks}. */
    interface Host {
        Object monitor();

        Instant now();

        long nanos();

        void changed(TaskEvent event);

        /** The task is no longer this process's, and its last state is on the disk, or this process closes. */
        void atRest(Live task);

        void problem(String line);

        void logLineDropped();
    }

    TaskRecord record() {
        return record;
    }

    /** Whether it waits for a thread, and may have one. */
    boolean due() {
        return !onThread && stop != Stop.CLOSE && ((waits() && !blocked) || record.state() == TaskState.CANCELLING);
    }

    boolean waits() {
        return record.state() == TaskState.SCHEDULED && !onThread;
    }

    boolean blocked() {
        return blocked && waits();
    }

    void unblock() {
        blocked = false;
    }

    boolean unwritten() {
        return unwritten;
    }

    void takeThread() {
        onThread = true;
    }

    TaskStatus status() {
        return Statuses.of(record, false, progress());
    }

    /** @throws TaskException of kind STATE if it can't be asked that now */
    void ask(Ask what) throws TaskException {
        synchronized (host.monitor()) {
            TaskState state = record.state();
            if (state.ended()) {
                throw Statuses.cannot(record, what);
            }
            switch (what) {
                case PAUSE -> {
                    if (waits()) {
                        become(record.to(TaskState.PAUSED));
                        rest();
                    } else if (state == TaskState.SCHEDULED || state == TaskState.RUNNING) {
                        become(record.to(TaskState.PAUSING));
                        stopFor(Stop.PAUSE);
                    } else if (state == TaskState.CANCELLING) {
                        throw Statuses.cannot(record, what);
                    }
                    resumeAfterwards = false;
                }
                case RESUME -> {
                    if (state == TaskState.CANCELLING) {
                        throw Statuses.cannot(record, what);
                    }
                    resumeAfterwards = state == TaskState.PAUSING;
                }
                case CANCEL -> {
                    if (state != TaskState.CANCELLING) {
                        become(record.to(TaskState.CANCELLING));
                        stopFor(Stop.CANCEL);
                    }
                }
            }
        }
    }

    /** Asks it to leave its state as it is, to be picked up again. */
    void close() {
        synchronized (host.monitor()) {
            stopFor(Stop.CLOSE);
            if (!onThread) {
                rest();
            }
        }
    }

    private void stopFor(Stop why) {
        stop = why;
        host.monitor().notifyAll();
    }

    /** On a thread of the task, from its beginning to its end. */
    void run(Work work) {
        boolean asked;
        synchronized (host.monitor()) {
            cleaning = record.state() == TaskState.CANCELLING;
            asked = stopWanted();
            if (!cleaning && !asked) {
                if (record.fruitless() >= MAX_FRUITLESS) {
                    end(
                            TaskState.FAILED,
                            Map.of(),
                            "its process ended " + MAX_FRUITLESS
                                    + " times before the task kept a checkpoint; look at its log, then resume or cancel it");
                    return;
                }
                become(record.running(host.now()));
            }
        }
        if (cleaning) {
            cleanUp(work);
            return;
        }
        if (asked) {
            stopped(work);
            return;
        }
        try {
            Map<String, String> result = work.run(this);
            check(result);
            end(TaskState.DONE, result, "");
        } catch (TaskStopped e) {
            stopped(work);
        } catch (Throwable e) {
            failed(work, e);
        }
    }

    private static void check(Map<String, String> result) {
        long bytes = 0;
        for (Map.Entry<String, String> part : result.entrySet()) {
            bytes += part.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += part.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_RESULT_BYTES) {
            throw new IllegalStateException(
                    "result: " + bytes + " bytes (expected at most " + MAX_RESULT_BYTES + "); what it did is done");
        }
    }

    private void stopped(Work work) {
        synchronized (host.monitor()) {
            if (stop == Stop.PAUSE) {
                onThread = false;
                if (resumeAfterwards) {
                    stop = Stop.NONE;
                    resumeAfterwards = false;
                    become(record.to(TaskState.SCHEDULED));
                } else {
                    become(record.to(TaskState.PAUSED));
                    rest();
                }
                return;
            }
        }
        if (stop == Stop.CANCEL) {
            cleanUp(work);
        } else {
            leave();
        }
    }

    private void failed(Work work, Throwable failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        switch (stop) {
            case CLOSE -> leave();
            case CANCEL -> {
                log("failed while it was being cancelled: " + Text.reason(failure));
                cleanUp(work);
            }
            default -> end(TaskState.FAILED, Map.of(), Text.reason(failure));
        }
    }

    private void cleanUp(Work work) {
        cleaning = true;
        String left;
        try {
            left = work.cancelled(this);
        } catch (TaskStopped e) {
            leave();
            return;
        } catch (Throwable e) {
            if (stop == Stop.CLOSE) {
                leave();
                return;
            }
            left = "cleaning up failed: " + Text.reason(e);
        }
        end(TaskState.CANCELLED, left.isEmpty() ? Map.of() : Map.of("left", Text.oneLine(left)), "");
    }

    /** The process closes in order, which is no crash. */
    private void leave() {
        synchronized (host.monitor()) {
            onThread = false;
            become(record.fruitful());
            rest();
        }
    }

    private void end(TaskState last, Map<String, String> result, String error) {
        synchronized (host.monitor()) {
            onThread = false;
            log(error.isEmpty() ? last.toString() : last + ": " + error);
            readMeter();
            become(record.end(last, host.now(), result, error));
            rest();
        }
    }

    /** Takes a new state, which counts whether or not the disk takes it: that is tried again at each heartbeat. */
    private void become(TaskRecord next) {
        boolean other = next.state() != record.state();
        record = next;
        write();
        if (other) {
            host.changed(new TaskEvent(TaskEvent.Type.STATE, status()));
        }
    }

    private void write() {
        try {
            files.write(record);
            unwritten = false;
        } catch (IOException e) {
            if (!unwritten) {
                host.problem("the state of task " + record.id() + " (" + record.state() + ") can't be written to "
                        + files.folder() + ": " + Text.reason(e) + "; make room, it is tried again by itself");
            }
            unwritten = true;
        }
    }

    private void rest() {
        boolean over = !record.state().owned() && !unwritten;
        if ((over || stop == Stop.CLOSE) && !released) {
            released = true;
            keepProgress();
            owned.close();
            host.atRest(this);
        }
    }

    /** A heartbeat: what others asked, what is not written yet, how far it is. */
    void beat() {
        synchronized (host.monitor()) {
            if (released) {
                return;
            }
            try {
                Optional<Ask> asked = files.takeRequest();
                if (asked.isPresent()) {
                    ask(asked.get());
                }
            } catch (IOException e) {
                host.problem("a request to task " + record.id() + " can't be read: " + Text.reason(e));
            } catch (TaskException e) {
                log("asked in vain: " + e.getMessage());
            }
            if (unwritten) {
                write();
                if (!onThread) {
                    rest();
                }
            }
            if (onThread && readMeter()) {
                keepProgress();
                host.changed(new TaskEvent(TaskEvent.Type.PROGRESS, status()));
            }
        }
    }

    /** Whether it is further than before. */
    private boolean readMeter() {
        perSecond = meter.read(host.nanos(), said.done());
        return !progress().equals(written);
    }

    private void keepProgress() {
        TaskProgress now = progress();
        try {
            files.writeProgress(now);
            written = now;
        } catch (IOException e) {
            written = TaskProgress.NONE; // the next heartbeat tries again; nothing depends on it
        }
    }

    @Override
    public String id() {
        return record.id();
    }

    @Override
    public Map<String, String> arguments() {
        return record.request().arguments();
    }

    @Override
    public int run() {
        synchronized (host.monitor()) {
            return record.runs();
        }
    }

    @Override
    public synchronized Optional<byte[]> checkpoint() throws TaskException {
        return files.readCheckpoint();
    }

    @Override
    public void checkpoint(byte[] bytes) throws TaskException {
        if (bytes.length > MAX_CHECKPOINT_BYTES) {
            throw new IllegalArgumentException(
                    "checkpoint: " + bytes.length + " bytes (expected at most " + MAX_CHECKPOINT_BYTES + ")");
        }
        synchronized (this) {
            try {
                files.writeCheckpoint(bytes);
            } catch (IOException e) {
                throw new TaskException(
                        Kind.DISK,
                        "the checkpoint of task " + record.id() + " can't be written to " + files.folder() + ": "
                                + Text.reason(e) + "; make room, then: kvops tasks resume " + record.id(),
                        e);
            }
        }
        synchronized (host.monitor()) {
            if (record.fruitless() > 0) {
                become(record.fruitful());
            }
        }
    }

    @Override
    public void progress(long done, long total, String unit) {
        said = new TaskProgress(done, total, unit, 0);
    }

    private TaskProgress progress() {
        TaskProgress now = said;
        return new TaskProgress(now.done(), now.total(), now.unit(), perSecond);
    }

    @Override
    public boolean stopWanted() {
        Stop now = stop;
        return cleaning ? now == Stop.CLOSE : now != Stop.NONE;
    }

    @Override
    public void pausePoint() throws TaskStopped {
        if (stopWanted()) {
            throw new TaskStopped("task " + record.id() + " is to stop");
        }
    }

    @Override
    public void rest(Duration time) throws TaskStopped, InterruptedException {
        long end = host.nanos() + time.toNanos();
        synchronized (host.monitor()) {
            pausePoint();
            for (long left = end - host.nanos(); left > 0; left = end - host.nanos()) {
                TimeUnit.NANOSECONDS.timedWait(host.monitor(), Math.max(left, 1_000_000));
                pausePoint();
            }
        }
    }

    @Override
    public void log(String line) {
        synchronized (host.monitor()) {
            try {
                files.log(host.now() + " " + Text.oneLine(line));
            } catch (IOException e) {
                host.logLineDropped();
            }
        }
    }
}
