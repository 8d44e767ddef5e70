package io.kvops.agent.core;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** What a frame says of the JVM and the agent. What is free to ask is in each frame, the rest in one frame each. Any thread. */
final class Gauges {
    private volatile boolean recording = true;
    private volatile boolean connected;
    private Map<String, Double> measured = Collections.emptyMap();

    void recording(boolean on) {
        recording = on;
    }

    void connected(boolean on) {
        connected = on;
    }

    /** Values for the next frame, in place of earlier ones that no frame took. The map is not changed any more. */
    synchronized void measured(Map<String, Double> values) {
        measured = values;
    }

    private synchronized Map<String, Double> takeMeasured() {
        Map<String, Double> taken = measured;
        measured = Collections.emptyMap();
        return taken;
    }

    Map<String, Double> read(Spool spool) {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Double> values = new HashMap<>(takeMeasured());
        values.put("jvm.heap.used.bytes", (double) (runtime.totalMemory() - runtime.freeMemory()));
        values.put("jvm.heap.committed.bytes", (double) runtime.totalMemory());
        values.put("jvm.heap.limit.bytes", (double) runtime.maxMemory());
        values.put("jvm.processors.count", (double) runtime.availableProcessors());
        values.put("agent.spool.frames.count", (double) spool.size());
        values.put("agent.spool.used.bytes", (double) spool.bytesWaiting());
        values.put("agent.recording", recording ? 1.0 : 0.0);
        values.put("agent.connected", connected ? 1.0 : 0.0);
        return values;
    }
}
