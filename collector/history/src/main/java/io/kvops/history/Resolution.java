package io.kvops.history;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides how fine buckets are written: by the series that were active lately. Writes are guarded by the writer's lock. */
final class Resolution {
    /** Batches, one a second, over which the greatest number counts; so long it takes to get fine again. */
    private static final int REMEMBERED = 60;

    /** How many times more series each next width is for: rows a second stay about the same. */
    private static final int PER_LEVEL = 10;

    private final int[] lately = new int[REMEMBERED];
    private int next;
    private int limit;
    private volatile int active;
    private volatile Level width = Level.SECOND;

    Resolution(int limit) {
        this.limit = limit;
    }

    long bucketMillis() {
        return width.widthMillis;
    }

    /** Whether it has seen enough to say that series are few. */
    boolean knows() {
        return next >= REMEMBERED;
    }

    int active() {
        return active;
    }

    void limit(int maxFineSeries) {
        limit = maxFineSeries;
    }

    /** Takes note of a batch. Coarse at once when there are too many, fine again when for a minute there were 4/5 at most. */
    void saw(List<OpsPoint> ops) {
        Set<SeriesId> series = new HashSet<>();
        ops.forEach(p -> series.add(p.series()));
        lately[next++ % REMEMBERED] = series.size();
        int most = 0;
        for (int n : lately) {
            most = Math.max(most, n);
        }
        active = most;
        width = wider(width, most);
    }

    private Level wider(Level before, int most) {
        if (exceeds(most, (long) limit * PER_LEVEL, before.compareTo(Level.MINUTE) >= 0)) {
            return Level.MINUTE;
        }
        return exceeds(most, limit, before.compareTo(Level.TEN_SECONDS) >= 0) ? Level.TEN_SECONDS : Level.SECOND;
    }

    private static boolean exceeds(int series, long limit, boolean already) {
        return series > (already ? limit - limit / 5 : limit);
    }
}
