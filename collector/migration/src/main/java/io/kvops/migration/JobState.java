package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a checkpoint holds.
 *
 * @param phase what is being done
 * @param copyNanos how long the copy took so far
 * @param verifyNanos how long the comparison took so far
 * @param before what phases before this one counted
 * @param parts of this phase
 */
record JobState(Phase phase, long copyNanos, long verifyNanos, Tally before, List<PartState> parts) {
    private static final String FORMAT = "kvops migration 2";

    /** What is done one after the other. */
    enum Phase {
        COPY("keys"),
        /** The source's records are looked up in the target. */
        FORWARD("keys compared"),
        /** The target's records are looked up in the source. */
        BACKWARD("keys of the target looked for"),
        END("keys");

        private final String unit;

        Phase(String unit) {
            this.unit = unit;
        }

        /** What progress is counted in. */
        String unit() {
            return unit;
        }
    }

    JobState {
        parts = List.copyOf(parts);
    }

    /** All that was counted. */
    Tally tally() {
        Tally sum = before;
        for (PartState part : parts) {
            sum = sum.plus(part.tally());
        }
        return sum;
    }

    /** Keys that this phase has seen for sure. */
    long scanned() {
        return parts.stream()
                .mapToLong(part -> part.tally().get(Tally.Of.SCANNED))
                .sum();
    }

    /** The next phase's beginning. What was scanned is that of the first phase, others look at the same keys again. */
    JobState next(Phase next, List<PartState> itsParts) {
        long first = before.get(Tally.Of.SCANNED);
        Tally sum = tally();
        return new JobState(
                next, copyNanos, verifyNanos, first == 0 ? sum : sum.with(Tally.Of.SCANNED, first), itsParts);
    }

    JobState with(List<PartState> newParts, long nanosMore) {
        boolean copy = phase == Phase.COPY;
        return new JobState(
                phase, copyNanos + (copy ? nanosMore : 0), verifyNanos + (copy ? 0 : nanosMore), before, newParts);
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(FORMAT)
                .append('\n')
                .append(phase)
                .append('\t')
                .append(copyNanos)
                .append('\t')
                .append(verifyNanos)
                .append('\t')
                .append(before.encode())
                .append('\n');
        parts.forEach(part -> text.append(part.encode()).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static JobState decode(byte[] bytes) throws MigrationException {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        try {
            if (!lines[0].equals(FORMAT)) {
                throw new IllegalArgumentException("format " + lines[0] + " (expected " + FORMAT + ")");
            }
            String[] head = lines[1].split("\t", -1);
            List<PartState> parts = new ArrayList<>();
            for (int i = 2; i < lines.length - 1; i++) {
                parts.add(PartState.decode(lines[i]));
            }
            return new JobState(
                    Phase.valueOf(head[0]),
                    Long.parseLong(head[1]),
                    Long.parseLong(head[2]),
                    Tally.decode(head[3]),
                    parts);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new MigrationException(
                    Kind.STATE,
                    "the checkpoint can't be understood (" + e.getMessage() + "); cancel the task and start it anew",
                    e);
        }
    }
}
