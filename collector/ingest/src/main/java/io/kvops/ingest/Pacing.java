package io.kvops.ingest;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks agents for longer intervals while more comes than can be taken: all of them if the collector is what is slow, those of
 * one service if it is over its quota. Swept by one thread; any thread reads.
 */
final class Pacing {
    static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(Pacing.class);

    private final Admission admission;
    private final BooleanSupplier pressed;
    private final PaceLadder ladder = new PaceLadder();
    private volatile long paceMillis;

    /** @param pressed whether more comes than the collector can take now */
    Pacing(Admission admission, BooleanSupplier pressed) {
        this.admission = admission;
        this.pressed = pressed;
    }

    /** To be called about once a second; whether some agent's pace has changed. */
    boolean sweep(long nowNanos) {
        boolean changed = ladder.update(pressed.getAsBoolean(), true, nowNanos);
        if (changed) {
            say("", paceMillis, ladder.intervalMillis());
        }
        paceMillis = ladder.intervalMillis();
        for (ServiceGate gate : admission.gates()) {
            long before = gate.paceMillis();
            if (gate.sweep(nowNanos)) {
                changed = true;
                say(gate.service(), before, gate.paceMillis());
            }
        }
        return changed;
    }

    /** What an agent is asked for now, 0 for nothing. */
    long paceMillis(AgentSession session) {
        ServiceGate gate = session.gate();
        return Math.max(paceMillis, gate == null ? 0 : gate.paceMillis());
    }

    /** What all agents are asked for now. */
    long paceMillis() {
        return paceMillis;
    }

    private static void say(String service, long before, long now) {
        String who = service.isEmpty() ? "all agents" : "the agents of service " + LogLimit.clean(service);
        String why = service.isEmpty() ? "the collector cannot take more" : "it is over its quota";
        if (before == 0) {
            LOG.warn("{} are asked for one frame in {} ms, as {}; nothing is lost", who, now, why);
        } else if (now == 0) {
            LOG.info("{} may send as they like again", who);
        }
    }
}
