package io.kvops.agent.core;

/**
 * How often frames are closed: the agent's own interval, what the collector asks for, and what waits already. What is
 * counted meanwhile merges into the next frame, so all that this costs is resolution. Any thread.
 */
final class Flow {
    private static final long PACE_MILLIS_MAX = 3_600_000;
    /** With each so many frames that wait, the interval grows by itself once more: an hour without a collector is 650. */
    private static final int FRAMES_PER_STEP = 120;

    private static final int STEPS_MAX = 60;

    private volatile long ownNanos;
    private volatile long paceNanos;
    private volatile boolean held;

    Flow(long ownNanos) {
        this.ownNanos = ownNanos;
    }

    /** The agent's own interval, as configured. */
    void own(long nanos) {
        ownNanos = nanos;
    }

    /** The collector asks for no more than a frame each so many milliseconds; 0: as the agent likes. */
    void pace(long millis) {
        paceNanos = Math.max(0, Math.min(PACE_MILLIS_MAX, millis)) * 1_000_000L;
    }

    /** The collector is there, but does not take what was sent: a frame waits that cannot even be sent. */
    void held(boolean nowHeld) {
        held = nowHeld;
    }

    /**
     * True if the frame that is growing should be closed.
     *
     * @param age nanoseconds since it began
     * @param waiting closed frames that are not acked
     */
    boolean isDue(long age, int waiting) {
        long steps = 1L + Math.min(STEPS_MAX, waiting / FRAMES_PER_STEP);
        return !held && age >= Math.max(ownNanos, paceNanos) * steps;
    }
}
