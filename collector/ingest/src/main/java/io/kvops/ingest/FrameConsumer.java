package io.kvops.ingest;

import io.kvops.wire.Frame;

/** Takes what agents counted. */
@FunctionalInterface
public interface FrameConsumer {
    /**
     * Takes one frame. Called by one thread, {@code kvops-journal-reader}, in the order of the journal, once for each
     * frame in the life of the process; after a restart once more for each frame that the journal still holds. An
     * exception is counted and logged, and the next frame follows.
     *
     * @param frame what one agent counted in one interval
     */
    void accept(Frame frame);
}
