package io.kvops.ingest;

import io.kvops.wire.Frame;

/**
 * Takes what agents counted. One that keeps its results across restarts stores with them, in one transaction, the position
 * of the last frame in them, and tells it by {@link #resumeAfter} and {@link #durable}: then each frame counts exactly once,
 * however the process ends.
 */
@FunctionalInterface
public interface FrameConsumer {
    /**
     * Takes one frame. Called by one thread, {@code kvops-journal-reader}, in the order of the journal, once for each
     * frame after {@link #resumeAfter}. It may block, and so hold the journal's reader back; the journal grows meanwhile, up to {@link IngestConfig#maxPendingBytes}.
     * An exception is counted and logged, and the next frame follows.
     *
     * @param frame what one agent counted in one interval
     * @param position of the frame in the journal, 0 or more; grows from frame to frame
     */
    void accept(Frame frame, long position);

    /**
     * The position up to which results were kept in an earlier run: the first frame handed over is one after it. Asked once,
     * when the ingest opens.
     *
     * @return a position that {@link #accept} was given in an earlier run on the same journal; -1 for all that the journal
     *     holds
     */
    default long resumeAfter() {
        return -1;
    }

    /**
     * The position up to which results are kept now: the journal never removes what is after it, whatever the retention
     * says. Asked often, by threads of the ingest; must not block.
     *
     * @return {@link Long#MAX_VALUE} if there is nothing to keep: then a frame may be removed once it was handed over
     */
    default long durable() {
        return Long.MAX_VALUE;
    }
}
