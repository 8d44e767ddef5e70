package io.kvops.ingest;

import io.kvops.wire.Frame;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A frame that came over a connection and is not journaled yet.
 *
 * @param bytes the encoded message, which is what the journal keeps
 * @param frame the same, decoded; null if memory is short: then it is decoded again later
 * @param from where the acknowledgement goes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and handed on as it is
record Received(
        UUID agentId, long sequence, byte[] bytes, @Nullable Frame frame, AckTarget from) {
    /** The same without what is decoded. */
    Received encodedOnly() {
        return frame == null ? this : new Received(agentId, sequence, bytes, null, from);
    }

    /** Takes acknowledgements, on a thread of its own; never blocks, never throws. */
    interface AckTarget {
        /** Runs on the thread that calls the other two. */
        Executor executor();

        /** A frame of an agent is kept; may wait for {@link #flushAcks}. */
        void ack(UUID agentId, long sequence);

        /** That was all for now. */
        void flushAcks();
    }
}
