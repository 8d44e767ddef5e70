package io.kvops.ingest;

import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the distinct series of each agent: past the limit a new one counts under the pattern {@link #OTHER} of its
 * operation, and where even those are too many, under one series for all. What is counted stays exact. Series are known by a
 * 64-bit hash with a secret seed; two that share one, which is to be expected once in 2^32 series, both pass. Of one thread.
 */
final class SeriesLimit {
    static final String OTHER = "other";

    /** Series of all agents, 16 to 36 bytes each; past it, what is known of the agents silent for longest is forgotten. */
    private static final int SERIES_MAX = 4_000_000;

    /** The same for agents, some 430 bytes each with a series or two. */
    private static final int AGENTS_MAX = 200_000;

    private final IntSupplier seriesMax;
    private final long seed;
    private final int totalMax;
    private final int agentsMax;
    private final Map<UUID, Known> byAgent = new LinkedHashMap<>(16, 0.75f, true);
    private long total;
    private long folded;

    /** @param seriesMax distinct series of one agent; asked for each frame */
    SeriesLimit(IntSupplier seriesMax, long seed) {
        this(seriesMax, seed, SERIES_MAX, AGENTS_MAX);
    }

    SeriesLimit(IntSupplier seriesMax, long seed, int totalMax, int agentsMax) {
        this.seriesMax = seriesMax;
        this.seed = seed;
        this.totalMax = totalMax;
        this.agentsMax = agentsMax;
    }

    /** The frame itself, or one with the same counts and fewer series. */
    Frame apply(Frame frame) {
        List<SeriesDelta> series = frame.series();
        if (series.isEmpty()) {
            return frame;
        }
        int max = seriesMax.getAsInt();
        Known known = byAgent.computeIfAbsent(frame.source().agentId(), any -> new Known());
        int before = known.series.size();
        List<SeriesDelta> changed = null;
        for (int i = 0; i < series.size(); i++) {
            SeriesDelta delta = series.get(i);
            SeriesKey other = known.passedAt(i, delta.key()) ? null : foldedKey(known.series, delta.key(), max);
            if (other != null && changed == null) {
                changed = new ArrayList<>(series.subList(0, i));
            }
            if (changed != null) {
                changed.add(other == null ? delta : under(other, delta));
            }
            if (other == null) {
                known.passed(i, delta.key());
            } else {
                folded++;
            }
        }
        total += known.series.size() - before;
        forgetSilent();
        return changed == null ? frame : with(changed, frame);
    }

    /** Series of frames that were folded so far. */
    long folded() {
        return folded;
    }

    /** The series under which a delta counts instead; null if under its own. */
    private @Nullable SeriesKey foldedKey(HashSet64 known, SeriesKey key, int max) {
        if (known.add(hash(key), max)) {
            return null;
        }
        SeriesKey ofOp = new SeriesKey(key.store(), key.endpoint(), key.op(), key.opClass(), OTHER, key.internal());
        if (known.add(hash(ofOp), max + max / 10)) {
            return ofOp;
        }
        return new SeriesKey(OTHER, OTHER, "OTHER", OpClass.OTHER, OTHER, key.internal());
    }

    private void forgetSilent() {
        // the one of this frame is the last
        Iterator<Known> all = byAgent.values().iterator();
        while ((total > totalMax || byAgent.size() > agentsMax) && byAgent.size() > 1) {
            total -= all.next().series.size();
            all.remove();
        }
    }

    private long hash(SeriesKey key) {
        long hash = seed ^ (key.internal() ? 1 : 0);
        hash = mix(hash, key.store());
        hash = mix(hash, key.endpoint());
        hash = mix(hash, key.op());
        hash = mix(hash + key.opClass().code(), key.pattern());
        // the finalizer of MurmurHash3 (Austin Appleby, public domain)
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }

    private static long mix(long before, String text) {
        long hash = before + text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    private static SeriesDelta under(SeriesKey key, SeriesDelta d) {
        return new SeriesDelta(
                key,
                d.count(),
                d.misses(),
                d.errors(),
                d.timeouts(),
                d.cancelled(),
                d.keyBytes(),
                d.bytesIn(),
                d.bytesOut(),
                d.sumNanos(),
                d.maxNanos(),
                d.latency(),
                d.distinctKeys());
    }

    private static Frame with(List<SeriesDelta> series, Frame f) {
        return new Frame(
                f.source(),
                f.sequence(),
                f.startMillis(),
                f.endMillis(),
                series,
                f.hotKeys(),
                f.slowOps(),
                f.gauges(),
                f.dropped());
    }

    /**
     * An agent. It names its series in much the same order each time, and what decodes frames gives the same name for the
     * same series: so most need not be hashed.
     */
    private static final class Known {
        private static final int ORDER_MAX = 1_024;
        private static final SeriesKey[] NONE = {};

        final HashSet64 series = new HashSet64();
        private @Nullable SeriesKey[] order = NONE;

        /** Whether this very name passed when it stood here. */
        @SuppressWarnings("ReferenceEquality") // a hint: another object of the same name is looked for by its hash
        boolean passedAt(int place, SeriesKey key) {
            return place < order.length && order[place] == key;
        }

        void passed(int place, SeriesKey key) {
            if (place >= ORDER_MAX || passedAt(place, key)) {
                return;
            }
            if (place >= order.length) {
                order = Arrays.copyOf(order, Math.min(ORDER_MAX, place + 1 + place / 2));
            }
            order[place] = key;
        }
    }

    /** Numbers, by open addressing; 0 stands for an empty slot, and itself for 1. */
    private static final class HashSet64 {
        private long[] slots = new long[32];
        private int size;

        /** Whether the number is in, also if it was added now; it is not if there are as many as may be. */
        boolean add(long number, int max) {
            long value = number == 0 ? 1 : number;
            int at = slotOf(slots, value);
            if (slots[at] == value) {
                return true;
            }
            if (size >= max) {
                return false;
            }
            slots[at] = value;
            if (++size * 2 > slots.length) {
                grow();
            }
            return true;
        }

        int size() {
            return size;
        }

        private void grow() {
            long[] larger = new long[slots.length * 2];
            for (long value : slots) {
                if (value != 0) {
                    larger[slotOf(larger, value)] = value;
                }
            }
            slots = larger;
        }

        private static int slotOf(long[] slots, long value) {
            int mask = slots.length - 1;
            int at = (int) value & mask;
            while (slots[at] != 0 && slots[at] != value) {
                at = at + 1 & mask;
            }
            return at;
        }
    }
}
