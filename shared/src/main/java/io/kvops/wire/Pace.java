package io.kvops.wire;

/**
 * How often an agent may send frames, for as long as the collector or the network behind it cannot take more: what is
 * counted meanwhile merges into the next frame. Sent to agents that said they can ({@link #CAPABILITY}).
 */
public final class Pace implements Message {
    /** Says in a hello that the agent takes this message. */
    public static final String CAPABILITY = "pace";

    private final long intervalMillis;

    /** @param intervalMillis least time between two frames, until the next pace or the end of the connection; 0: as the agent likes */
    public Pace(long intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    public long intervalMillis() {
        return intervalMillis;
    }
}
