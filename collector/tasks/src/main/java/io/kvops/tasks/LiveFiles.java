package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a task that this process owns has on the disk. What can't be written is told, and written later. The checkpoint is guarded by
 * this object, all else by the host's monitor.
 */
final class LiveFiles {
    private static final int MAX_RESULT_BYTES = 64 * 1024;

    private final Live.Host host;
    private final TaskFiles files;
    private final String id;
    private boolean unwritten;
    private TaskProgress written = TaskProgress.NONE;

    LiveFiles(Live.Host host, TaskFiles files, String id) {
        this.host = host;
        this.files = files;
        this.id = id;
    }

    /** Whether the last state is not on the disk. */
    boolean unwritten() {
        return unwritten;
    }

    void write(TaskRecord record) {
        try {
            files.write(record);
            unwritten = false;
        } catch (IOException e) {
            if (!unwritten) {
                host.problem("the state of task " + id + " (" + record.state() + ") can't be written to "
                        + files.folder() + ": " + Text.reason(e) + "; make room, it is tried again by itself");
            }
            unwritten = true;
        }
    }

    /** @throws IllegalStateException if a result is too long to be kept */
    static void check(Map<String, String> result) {
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

    /** What others asked since the last heartbeat. */
    Optional<Ask> asked() {
        try {
            return files.takeRequest();
        } catch (IOException e) {
            host.problem("a request to task " + id + " can't be read: " + Text.reason(e));
            return Optional.empty();
        }
    }

    /** Whether that is what others see. */
    boolean says(TaskProgress progress) {
        return progress.equals(written);
    }

    void say(TaskProgress now) {
        try {
            files.writeProgress(now);
            written = now;
        } catch (IOException e) {
            written = TaskProgress.NONE; // the next heartbeat tries again; nothing depends on it
        }
    }

    void log(String line) {
        try {
            files.log(host.now() + " " + Text.oneLine(line));
        } catch (IOException e) {
            host.logLineDropped();
        }
    }

    synchronized Optional<byte[]> checkpoint() throws TaskException {
        return files.readCheckpoint();
    }

    synchronized void checkpoint(byte[] bytes) throws TaskException {
        try {
            files.writeCheckpoint(bytes);
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK,
                    "the checkpoint of task " + id + " can't be written to " + files.folder() + ": " + Text.reason(e)
                            + "; make room, then: kvops tasks resume " + id,
                    e);
        }
    }
}
