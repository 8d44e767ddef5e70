package io.kvops.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the agents of one service may send, all together. Any thread. */
final class ServiceGate {
    private final String service;
    private final Rate frames;
    private final Rate bytes;
    private final PaceLadder ladder = new PaceLadder();
    private final Map<UUID, Integer> agents = new HashMap<>();
    private TokenQuota quota;
    private long framesSince;
    private long bytesSince;
    private boolean waitedSince;
    private double framesPerSecond;
    private double bytesPerSecond;
    private long sweptNanos;
    private volatile long paceMillis;

    ServiceGate(String service, TokenQuota quota, long nowNanos) {
        this.service = service;
        this.quota = quota;
        this.frames = new Rate(quota.maxFramesPerSecond(), nowNanos);
        this.bytes = new Rate(quota.maxBytesPerSecond(), nowNanos);
        this.sweptNanos = nowNanos;
    }

    String service() {
        return service;
    }

    synchronized TokenQuota quota() {
        return quota;
    }

    synchronized void quota(TokenQuota now) {
        quota = now;
        frames.perSecond(now.maxFramesPerSecond());
        bytes.perSecond(now.maxBytesPerSecond());
    }

    /** Lets an agent in; the answer is why not, or null. An agent that is in already may come by another connection. */
    synchronized @Nullable String enter(UUID agent) {
        int most = quota.maxAgents();
        if (most > 0 && agents.size() >= most && !agents.containsKey(agent)) {
            return "service " + service + " has " + most + " agents connected, its limit; raise its maxAgents";
        }
        agents.merge(agent, 1, Integer::sum);
        return null;
    }

    synchronized void leave(UUID agent) {
        agents.computeIfPresent(agent, (id, connections) -> connections == 1 ? null : connections - 1);
    }

    /** A frame has come; the answer is for how long its connection should not be read, in nanoseconds. */
    synchronized long take(int size, long nowNanos) {
        framesSince++;
        bytesSince += size;
        long wait = Math.max(frames.take(1, nowNanos), bytes.take(size, nowNanos));
        waitedSince |= wait > 0;
        return wait;
    }

    /** Looks at what came since the last time, about a second ago; whether the pace has changed. */
    synchronized boolean sweep(long nowNanos) {
        double seconds = Math.max(1e-3, (nowNanos - sweptNanos) / 1e9);
        sweptNanos = nowNanos;
        // of some ten seconds, as a longer interval makes frames rare
        framesPerSecond += (framesSince / seconds - framesPerSecond) * 0.2;
        bytesPerSecond += (bytesSince / seconds - bytesPerSecond) * 0.2;
        double growth = ladder.growthBelow();
        boolean room = frames.hasRoomFor(framesPerSecond * growth) && bytes.hasRoomFor(bytesPerSecond * growth);
        boolean changed = ladder.update(waitedSince, room, nowNanos);
        framesSince = 0;
        bytesSince = 0;
        waitedSince = false;
        paceMillis = ladder.intervalMillis();
        return changed;
    }

    /** Least time between two frames that its agents are asked for now, 0 for none. */
    long paceMillis() {
        return paceMillis;
    }
}
