package io.kvops.tasks;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A task as it is at one moment. Immutable.
 *
 * @param id by which it is asked for; hexadecimal digits
 * @param kind the name of its {@link Work}
 * @param title one line for people
 * @param asker who asked
 * @param key see {@link TaskRequest}
 * @param state where it is
 * @param interrupted whether its process died: it goes on from its checkpoint when another one picks it up
 * @param created when it was asked for
 * @param started when it began to run, the first time
 * @param ended when it came to its end; empty before
 * @param runs how often it was started, resumed or picked up
 * @param owner the process that has it, as {@code 4711@host}, or had it last; empty if none had
 * @param progress how far it is; after a crash it may be behind by a heartbeat
 * @param result what the work returned; what a cancelled one left, under {@code left}; else empty
 * @param error one line if it failed, else empty
 */
public record TaskStatus(
        String id,
        String kind,
        String title,
        String asker,
        String key,
        TaskState state,
        boolean interrupted,
        Instant created,
        Optional<Instant> started,
        Optional<Instant> ended,
        int runs,
        String owner,
        TaskProgress progress,
        Map<String, String> result,
        String error) {
    public TaskStatus {
        result = Map.copyOf(result);
    }
}
