package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a checkpoint of a live sync holds.
 *
 * @param stage what is being done
 * @param alone whether the target was empty at first, so that all it has is of this sync
 * @param fulls full copies that were begun
 * @param position of the feed, where it is not kept at the target
 * @param changes entries of the log that were applied
 * @param job of the copy, then of the comparison
 */
record LiveState(Stage stage, boolean alone, int fulls, String position, long changes, JobState job) {
    private static final String FORMAT = "kvops live 1";

    enum Stage {
        COPY,
        FOLLOW,
        /** The point is reached; the target becomes a store like any other. */
        CUT_OVER,
        COMPARE
    }

    static LiveState first(boolean alone) {
        return new LiveState(Stage.COPY, alone, 0, "", 0, copy());
    }

    private static JobState copy() {
        return new JobState(JobState.Phase.COPY, 0, 0, Tally.NONE, List.of());
    }

    /** A full copy begins. */
    LiveState full(String from) {
        JobState next = new JobState(JobState.Phase.COPY, job.copyNanos(), 0, job.tally(), List.of());
        return new LiveState(Stage.COPY, alone, fulls + 1, from, changes, next);
    }

    LiveState with(JobState newJob) {
        return new LiveState(stage, alone, fulls, position, changes, newJob);
    }

    LiveState with(Stage newStage) {
        return new LiveState(newStage, alone, fulls, position, changes, job);
    }

    LiveState at(String newPosition, long newChanges) {
        return new LiveState(stage, alone, fulls, newPosition, newChanges, job);
    }

    byte[] encode() {
        return encode(job.encode());
    }

    /** With another state of the job, as it was encoded. */
    byte[] encode(byte[] jobState) {
        String head = String.join(
                "\t",
                FORMAT,
                stage.name(),
                Boolean.toString(alone),
                Integer.toString(fulls),
                Base64.getEncoder().encodeToString(position.getBytes(StandardCharsets.UTF_8)),
                Long.toString(changes));
        return (head + "\n" + new String(jobState, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    static LiveState decode(byte[] bytes) throws MigrationException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int line = text.indexOf('\n');
        try {
            String[] words = text.substring(0, line).split("\t", -1);
            if (!words[0].equals(FORMAT)) {
                throw new IllegalArgumentException("format " + words[0] + " (expected " + FORMAT + ")");
            }
            return new LiveState(
                    Stage.valueOf(words[1]),
                    Boolean.parseBoolean(words[2]),
                    Integer.parseInt(words[3]),
                    new String(Base64.getDecoder().decode(words[4]), StandardCharsets.UTF_8),
                    Long.parseLong(words[5]),
                    JobState.decode(text.substring(line + 1).getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MigrationException(
                    Kind.STATE,
                    "the checkpoint can't be understood (" + e.getMessage() + "); cancel the task and start it anew",
                    e);
        }
    }
}
