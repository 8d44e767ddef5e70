package io.kvops.agent.core;

import java.util.HashMap;
import java.util.Map;

/** Cheap facts about the JVM and the agent; no JMX. Any thread. */
final class Gauges {
    private volatile boolean recording = true;
    private volatile boolean connected;

    void recording(boolean on) {
        recording = on;
    }

    void connected(boolean on) {
        connected = on;
    }

    Map<String, Double> read(Spool spool) {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Double> values = new HashMap<>();
        values.put("jvm.heap.used.bytes", (double) (runtime.totalMemory() - runtime.freeMemory()));
        values.put("jvm.heap.committed.bytes", (double) runtime.totalMemory());
        values.put("jvm.heap.max.bytes", (double) runtime.maxMemory());
        values.put("jvm.processors", (double) runtime.availableProcessors());
        values.put("agent.spool.frames", (double) spool.size());
        values.put("agent.spool.bytes", (double) spool.bytesWaiting());
        values.put("agent.recording", recording ? 1.0 : 0.0);
        values.put("agent.connected", connected ? 1.0 : 0.0);
        return values;
    }
}
