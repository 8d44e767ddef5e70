package io.kvops.tasks;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A task that this process owns: its state, which the host's monitor guards, and what its work sees of it. */
final class Live implements TaskContext {
    /** A task that ends its process each time would do so for ever. */
    private static final int MAX_FRUITLESS = 5;

    /** Why a task is to stop. */
    private enum Stop {
        NONE,
        PAUSE,
        CANCEL,
        CLOSE
    }

    private final Host host;
    private final LiveFiles files;
    private final FileLocks.Held owned;
    private final RateMeter meter = new RateMeter();
    private TaskRecord record;
    private boolean onThread;
    private boolean blocked;
    private boolean resumeAfterwards;
    private boolean released;
    private volatile Stop stop = Stop.NONE;
    private volatile boolean cleaning;
    private volatile TaskProgress said;
    private volatile double perSecond;

    Live(Host host, TaskFiles files, FileLocks.Held owned, TaskRecord record) {
        this.host = host;
        this.files = new LiveFiles(host, files, record.id());
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
        return files.unwritten();
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
            LiveFiles.check(result);
            end(TaskState.DONE, result, "");
        } catch (TaskStopped e) {
            stopped(work);
        } catch (Throwable e) {
            failed(work, e);
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
            // it can be asked for again, as what a target is left with may not be what anybody wants
            String again = "; when that is mended: kvops tasks cancel " + record.id();
            end(TaskState.FAILED, Map.of(), "cleaning up failed: " + Text.reason(e) + again);
            return;
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
        files.write(record);
        if (other) {
            host.changed(new TaskEvent(TaskEvent.Type.STATE, status()));
        }
    }

    private void rest() {
        boolean over = !record.state().owned() && !unwritten();
        if ((over || stop == Stop.CLOSE) && !released) {
            released = true;
            files.say(progress());
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
                Optional<Ask> asked = files.asked();
                if (asked.isPresent()) {
                    ask(asked.get());
                }
            } catch (TaskException e) {
                log("asked in vain: " + e.getMessage());
            }
            if (unwritten()) {
                files.write(record);
                if (!onThread) {
                    rest();
                }
            }
            if (onThread && readMeter()) {
                files.say(progress());
                host.changed(new TaskEvent(TaskEvent.Type.PROGRESS, status()));
            }
        }
    }

    /** Whether it is further than before. */
    private boolean readMeter() {
        perSecond = meter.read(host.nanos(), said.done());
        return !files.says(progress());
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
    public Optional<byte[]> checkpoint() throws TaskException {
        return files.checkpoint();
    }

    @Override
    public void checkpoint(byte[] bytes) throws TaskException {
        if (bytes.length > MAX_CHECKPOINT_BYTES) {
            throw new IllegalArgumentException(
                    "checkpoint: " + bytes.length + " bytes (expected at most " + MAX_CHECKPOINT_BYTES + ")");
        }
        files.checkpoint(bytes);
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
            files.log(line);
        }
    }
}
