package io.kvops.ingest;

import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * The last sequence number of each agent, of a bounded number of agents: those that sent least recently are forgotten.
 * One thread changes it; {@link #size} and {@link #forgotten} may be asked by any.
 */
final class LastSequences {
    /** More cannot be skipped by an agent that counts; one that lies must not make a sum overflow. */
    private static final long GAP_MAX = 1L << 40;

    private final int agentsMax;
    // false: re-inserted by hand, as only a change counts as use
    private final LinkedHashMap<UUID, Long> sequences = new LinkedHashMap<>();
    private volatile int size;
    private final LongAdder forgotten = new LongAdder();

    LastSequences(int agentsMax) {
        this.agentsMax = agentsMax;
    }

    /** The last sequence number of an agent, 0 if it is not known. */
    long last(UUID agent) {
        Long last = sequences.get(agent);
        return last == null ? 0 : last;
    }

    /** Notes that a frame is kept. Never goes back. */
    void note(UUID agent, long sequence) {
        Long before = sequences.remove(agent);
        sequences.put(agent, before == null ? sequence : Math.max(before, sequence));
        if (sequences.size() > agentsMax) {
            UUID eldest = sequences.keySet().iterator().next();
            sequences.remove(eldest);
            forgotten.increment();
        }
        size = sequences.size();
    }

    /** Calls for each agent that is known, least recent first. */
    void forEach(BiConsumer<UUID, Long> action) {
        sequences.forEach(action);
    }

    /** Sequence numbers that were skipped between two frames of an agent; 0 where the one before is not known. */
    static long gap(long last, long sequence) {
        return last > 0 ? Math.min(sequence - last - 1, GAP_MAX) : 0;
    }

    int size() {
        return size;
    }

    long forgotten() {
        return forgotten.sum();
    }
}
