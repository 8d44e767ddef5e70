package io.kvops.wire;

import java.util.Objects;
import java.util.UUID;

/** The collector has kept a frame: the agent may forget it. */
public final class Ack implements Message {
    private final UUID agentId;
    private final long sequence;

    /**
     * @param agentId the agent that counted the frame
     * @param sequence this frame, and all earlier ones of that agent
     */
    public Ack(UUID agentId, long sequence) {
        this.agentId = Objects.requireNonNull(agentId, "agentId");
        this.sequence = sequence;
    }

    public UUID agentId() {
        return agentId;
    }

    public long sequence() {
        return sequence;
    }
}
