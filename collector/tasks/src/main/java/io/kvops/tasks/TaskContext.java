package io.kvops.tasks;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a task's {@link Work} sees of its task. Any thread. */
public interface TaskContext {
    /** Checkpoints are at most this long: they say where to go on, they are not the data. */
    int MAX_CHECKPOINT_BYTES = 16 * 1024 * 1024;

    String id();

    /** As given in the {@link TaskRequest}. */
    Map<String, String> arguments();

    /** 1 at the first run, more after each pause, failure or crash. */
    int run();

    /**
     * What an earlier run, or this one, kept last.
     *
     * @throws TaskException if it is damaged or can't be read
     */
    Optional<byte[]> checkpoint() throws TaskException;

    /**
     * Keeps where to go on. When it returns, the bytes are on the disk; a crash leaves the old or the new ones as a whole.
     *
     * @throws TaskException of kind DISK if that can't be done; the earlier ones are still there
     */
    void checkpoint(byte[] bytes) throws TaskException;

    /**
     * Says how far it is. Cheap.
     *
     * @param done in units, 0 or more
     * @param total in units, -1 if not known
     */
    void progress(long done, long total, String unit);

    /** Whether the task was asked to pause or end, or its process closes. Cheap. */
    boolean stopWanted();

    /**
     * A place where the task can stop, its checkpoint being kept already. Cheap.
     *
     * @throws TaskStopped if it is to stop here
     */
    void pausePoint() throws TaskStopped;

    /**
     * The same; if the task is to stop, keeps a checkpoint first.
     *
     * @throws TaskException if the checkpoint can't be kept
     */
    default void pausePoint(Supplier<byte[]> checkpoint) throws TaskStopped, TaskException {
        if (stopWanted()) {
            checkpoint(checkpoint.get());
            pausePoint();
        }
    }

    /**
     * Waits, as a limit on a rate needs it.
     *
     * @throws TaskStopped as soon as the task is to stop
     */
    void rest(Duration time) throws TaskStopped, InterruptedException;

    /** Adds a line to the task's log, of which the last 128 KiB at least are kept. */
    void log(String line);
}
