package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.wire.Frame;
import io.kvops.wire.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Who sent frames; the least recently heard is forgotten past the bound. Guarded by the analyzer's lock. */
final class AgentTable {
    private static final long GAUGES_KNOWN_MILLIS = 60_000;
    static final int MAX_GAUGES = 256;

    private int max;

    /** In the order of their newest frames, oldest first. */
    private final Map<UUID, Entry> agents = new LinkedHashMap<>(16, 0.75f, true);

    private long forgotten;

    AgentTable(int max) {
        this.max = max;
    }

    void setMax(int max) {
        this.max = max;
        forgetPast(max);
    }

    Entry saw(Frame frame, long endMillis, long ops, long nowMillis) {
        Entry e = agents.get(frame.source().agentId());
        if (e == null) {
            forgetPast(max - 1);
            e = new Entry(frame.source());
            agents.put(frame.source().agentId(), e);
        }
        e.frames++;
        e.ops = OpsPoint.plus(e.ops, ops);
        e.heardMillis = nowMillis;
        e.lastSequence = Math.max(e.lastSequence, frame.sequence());
        if (endMillis >= e.lastFrameMillis) {
            e.lastFrameMillis = endMillis;
            e.gauges(frame.gauges(), endMillis);
        }
        return e;
    }

    /** After series have expired. */
    void pruneSeries() {
        agents.values().forEach(e -> e.series.prune());
    }

    private void forgetPast(int most) {
        Iterator<UUID> oldest = agents.keySet().iterator();
        while (agents.size() > most) {
            oldest.next();
            oldest.remove();
            forgotten++;
        }
    }

    long forgotten() {
        return forgotten;
    }

    /** Most recently heard first. */
    List<Report.Agent> forReport() {
        List<Report.Agent> list = new ArrayList<>();
        for (Entry e : agents.values()) {
            Source s = e.source;
            list.add(new Report.Agent(
                    s.agentId().toString(),
                    s.service(),
                    s.instance(),
                    s.host(),
                    s.pid(),
                    s.jvm(),
                    e.lastSequence,
                    e.frames,
                    e.ops,
                    Instant.ofEpochMilli(e.lastFrameMillis),
                    bounded(e.knownGauges())));
        }
        Collections.reverse(list);
        return list;
    }

    /** Agents heard within so many milliseconds. */
    int connected(long nowMillis, long connectedMillis) {
        int n = 0;
        for (Entry e : agents.values()) {
            n += nowMillis - e.heardMillis <= connectedMillis ? 1 : 0;
        }
        return n;
    }

    /** Most recently heard first. */
    List<LiveSnapshot.Agent> forLive(long nowMillis, long connectedMillis, int limit) {
        List<LiveSnapshot.Agent> list = new ArrayList<>();
        int skipped = Math.max(0, agents.size() - limit);
        for (Entry e : agents.values()) {
            if (skipped-- > 0) {
                continue;
            }
            Source s = e.source;
            // a clock that was set back must not show a negative age
            long age = Math.max(0, nowMillis - e.heardMillis);
            list.add(new LiveSnapshot.Agent(
                    s.agentId().toString(),
                    s.service(),
                    s.instance(),
                    s.host(),
                    s.pid(),
                    s.jvm(),
                    e.lastSequence,
                    age,
                    age <= connectedMillis,
                    e.ops,
                    bounded(e.knownGauges())));
        }
        Collections.reverse(list);
        return list;
    }

    private static Map<String, Double> bounded(Map<String, Double> gauges) {
        if (gauges.size() <= MAX_GAUGES) {
            return Map.copyOf(gauges);
        }
        Map<String, Double> some = new HashMap<>();
        for (Map.Entry<String, Double> g : gauges.entrySet()) {
            if (some.size() < MAX_GAUGES) {
                some.put(g.getKey(), g.getValue());
            }
        }
        return Map.copyOf(some);
    }

    /** One agent. */
    static final class Entry {
        final Source source;
        final AgentSeries series = new AgentSeries();

        /** When its gauges last went to the history. */
        long gaugesMillis = Long.MIN_VALUE;

        /** How many those were. */
        int gaugesWritten;

        long lastSequence;
        long frames;
        long ops;
        long lastFrameMillis;
        long heardMillis;

        /** Of its newest frame. */
        private Map<String, Double> gauges = Map.of();

        /** Of that of its frames of the last minute which had most: those of stores are not in each. */
        private Map<String, Double> mostGauges = Map.of();

        private long mostGaugesMillis;

        Entry(Source source) {
            this.source = source;
        }

        private void gauges(Map<String, Double> newest, long atMillis) {
            gauges = newest;
            if (newest.size() >= mostGauges.size() || atMillis - mostGaugesMillis > GAUGES_KNOWN_MILLIS) {
                mostGauges = newest;
                mostGaugesMillis = atMillis;
            }
        }

        /** The newest value of each gauge, also of those that the newest frame says nothing of. */
        private Map<String, Double> knownGauges() {
            if (gauges.size() == mostGauges.size()) {
                return gauges;
            }
            Map<String, Double> known = new HashMap<>(mostGauges);
            known.putAll(gauges);
            return known;
        }
    }
}
