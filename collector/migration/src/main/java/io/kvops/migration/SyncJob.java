package io.kvops.migration;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A live sync: a full copy, then changes as they happen, until it cuts over. Immutable.
 *
 * @param job from where to where, which records, and whether both are compared at the end; its action is SYNC, and what is there
 *     already is overwritten
 * @param cutOver when it hands over
 * @param maxLagMillis how far behind the target may be for {@link CutOver#AUTO} to begin, 0 to an hour
 * @param holdWritesMillis for how long at most the source holds back writes of its clients at the cut-over; 0: it does not, and
 *     what is written after the point that the result states is not at the target
 * @param everyMillis of a source without a log: how long it rests between two comparisons, 0 to an hour
 */
public record SyncJob(MigrationJob job, CutOver cutOver, long maxLagMillis, long holdWritesMillis, long everyMillis) {
    private static final long MAX_MILLIS = 3_600_000;
    private static final long EVERY_MILLIS = 10_000;

    public SyncJob {
        Objects.requireNonNull(cutOver, "cutOver");
        if (job.action() != Action.SYNC) {
            throw new IllegalArgumentException("action: " + job.action() + " (expected sync)");
        }
        if (job.conflict() != Conflict.OVERWRITE || job.onlyDifferent()) {
            throw new IllegalArgumentException(
                    "on-conflict: a live sync makes the target the same as the source (expected overwrite)");
        }
        range("maxLag", maxLagMillis);
        range("holdWrites", holdWritesMillis);
        range("every", everyMillis);
    }

    private static void range(String name, long millis) {
        if (millis < 0 || millis > MAX_MILLIS) {
            throw new IllegalArgumentException(name + ": " + millis + " ms (expected 0 to " + MAX_MILLIS + ")");
        }
    }

    /** One that cuts over when it is asked to, and holds no writes. */
    public static SyncJob of(String source, String target) {
        return new SyncJob(MigrationJob.of(Action.SYNC, source, target), CutOver.MANUAL, 1_000, 0, EVERY_MILLIS);
    }

    /** The same of another job, whose action becomes SYNC. */
    public SyncJob with(MigrationJob other) {
        Map<String, String> texts = other.toMap();
        texts.put("action", Action.SYNC.toString());
        return new SyncJob(MigrationJob.of(texts), cutOver, maxLagMillis, holdWritesMillis, everyMillis);
    }

    public SyncJob with(CutOver when, long lagMillis, long holdMillis) {
        return new SyncJob(job, when, lagMillis, holdMillis, everyMillis);
    }

    public SyncJob withEvery(long restMillis) {
        return new SyncJob(job, cutOver, maxLagMillis, holdWritesMillis, restMillis);
    }

    /** As texts, for {@link #of(Map)}; passwords that stand in addresses are among them. */
    public Map<String, String> toMap() {
        Map<String, String> map = new HashMap<>(job.toMap());
        map.put("live.cutOver", cutOver.toString());
        map.put("live.maxLagMillis", Long.toString(maxLagMillis));
        map.put("live.holdWritesMillis", Long.toString(holdWritesMillis));
        map.put("live.everyMillis", Long.toString(everyMillis));
        return map;
    }

    /** Reads what {@link #toMap} made. */
    public static SyncJob of(Map<String, String> map) {
        return new SyncJob(
                MigrationJob.of(map),
                CutOver.valueOf(map.getOrDefault("live.cutOver", "").toUpperCase(Locale.ROOT)),
                Long.parseLong(map.getOrDefault("live.maxLagMillis", "")),
                Long.parseLong(map.getOrDefault("live.holdWritesMillis", "")),
                Long.parseLong(map.getOrDefault("live.everyMillis", Long.toString(EVERY_MILLIS))));
    }
}
