package io.kvops.ingest;

import java.util.UUID;

/**
 * A frame that came over a connection and is not journaled yet.
 *
 * @param bytes the encoded message, which is what the journal keeps
 * @param from where the acknowledgement goes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and handed on as it is
record Received(UUID agentId, long sequence, byte[] bytes, AckTarget from) {
    /** Takes acknowledgements, from any thread; never blocks, never throws. */
    @FunctionalInterface
    interface AckTarget {
        void ack(UUID agentId, long sequence);
    }
}
