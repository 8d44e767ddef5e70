package io.kvops.ingest;

import java.util.concurrent.TimeUnit;

/**
 * How long the interval between two frames should be: up by a step while there is pressure, down by a step after a calm, which
 * has to last longer each time that pressure came back soon. Not thread-safe.
 */
final class PaceLadder {
    private static final long[] STEPS_MILLIS = {0, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000};
    /** What agents do of themselves. */
    private static final double OWN_MILLIS = 1_000;

    private static final long RAISE_NANOS_MIN = TimeUnit.SECONDS.toNanos(2);
    private static final long CALM_NANOS_MIN = TimeUnit.SECONDS.toNanos(10);
    private static final long CALM_NANOS_MAX = TimeUnit.SECONDS.toNanos(320);

    private int step;
    private long changedNanos;
    private long pressedNanos;
    private long calmNanos = CALM_NANOS_MIN;
    private boolean lowered;

    long intervalMillis() {
        return STEPS_MILLIS[step];
    }

    /** By how much more would come one step down, 1 at the bottom. */
    double growthBelow() {
        return step == 0 ? 1 : STEPS_MILLIS[step] / Math.max(OWN_MILLIS, (double) STEPS_MILLIS[step - 1]);
    }

    /**
     * Looks at how things are; to be called about once a second.
     *
     * @param pressed more comes than can be taken
     * @param roomBelow one step down would do
     * @return whether the interval has changed
     */
    boolean update(boolean pressed, boolean roomBelow, long nowNanos) {
        if (pressed) {
            return press(nowNanos);
        }
        if (step == 0 || !roomBelow) {
            return false;
        }
        long quiet = nowNanos - Math.max(pressedNanos, changedNanos);
        if (quiet < Math.max(calmNanos, 2 * intervalNanos())) {
            return false;
        }
        step--;
        lowered = true;
        changedNanos = nowNanos;
        return true;
    }

    private boolean press(long nowNanos) {
        pressedNanos = nowNanos;
        boolean first = step == 0;
        // agents follow only after the interval under way
        if (!first && nowNanos - changedNanos < Math.max(RAISE_NANOS_MIN, intervalNanos())) {
            return false;
        }
        if (step == STEPS_MILLIS.length - 1) {
            return false;
        }
        if (lowered) {
            boolean soon = nowNanos - changedNanos < 2 * calmNanos;
            calmNanos = soon ? Math.min(2 * calmNanos, CALM_NANOS_MAX) : CALM_NANOS_MIN;
            lowered = false;
        }
        step++;
        changedNanos = nowNanos;
        return true;
    }

    private long intervalNanos() {
        return TimeUnit.MILLISECONDS.toNanos(intervalMillis());
    }
}
