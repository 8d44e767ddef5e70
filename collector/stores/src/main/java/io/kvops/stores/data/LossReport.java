package io.kvops.stores.data;

import io.kvops.stores.data.WriteOptions.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a target cannot hold of a source, from what both can: said before the first write. A source that could hold something
 * may have none of it, so each line is a possible loss. Immutable.
 *
 * @param lines one for each possible loss; empty if there is none
 */
public record LossReport(List<Line> lines) {
    /** Nothing is lost, as far as is known. */
    public static final LossReport NONE = new LossReport(List.of());

    public LossReport {
        lines = List.copyOf(lines);
    }

    /** Compares. */
    public static LossReport of(Capabilities source, Capabilities target, Loss policy) {
        Finder finder = new Finder(target, policy);
        for (RecordType type : new TreeSet<>(source.types())) {
            if (!target.types().contains(type)) {
                finder.add("type " + type.name().toLowerCase(java.util.Locale.ROOT), true);
            }
        }
        if (source.expiry() && !target.expiry()) {
            finder.add("expiry", false);
        } else if (source.expiry() && target.expiryMillis() > source.expiryMillis()) {
            finder.lines.add(new Line("expiry finer than " + target.expiryMillis() + " ms", Then.ROUNDED));
        }
        boolean hashes = target.types().contains(RecordType.HASH);
        if (source.fieldExpiry() && hashes && !target.fieldExpiry()) {
            finder.add("expiry of fields", false);
        }
        for (String name : new TreeSet<>(source.metadata())) {
            if (!target.metadata().contains(name)) {
                finder.add("metadata " + name, false);
            }
        }
        if (target.maxKeyBytes() < source.maxKeyBytes()) {
            finder.whole("keys over " + target.maxKeyBytes() + " bytes");
        }
        if (target.maxValueBytes() < source.maxValueBytes()) {
            finder.whole("values over " + target.maxValueBytes() + " bytes");
        }
        return new LossReport(finder.lines);
    }

    /** Whether something would stop the copy. */
    public boolean fails() {
        return lines.stream().anyMatch(l -> l.then() == Then.FAILS);
    }

    /**
     * One possible loss.
     *
     * @param what as {@code type hash}, {@code expiry}, {@code values over 1048576 bytes}
     */
    public record Line(String what, Then then) {}

    /** What becomes of it. */
    public enum Then {
        /** The copy stops at the first such record. */
        FAILS,
        /** It is held in the encoding of {@link Envelope}: nothing is lost for kvops, other programs see encoded bytes. */
        ENCODED,
        /** The record is left out, and counted. */
        LEFT_OUT,
        /** The record is written without it, and counted. */
        DROPPED,
        /** It is rounded up. */
        ROUNDED
    }

    private static final class Finder {
        private final List<Line> lines = new ArrayList<>();
        private final Capabilities target;
        private final Loss policy;

        Finder(Capabilities target, Loss policy) {
            this.target = target;
            this.policy = policy;
        }

        void add(String what, boolean record) {
            Then without = record ? Then.LEFT_OUT : Then.DROPPED;
            lines.add(new Line(
                    what,
                    switch (policy) {
                        case FAIL -> Then.FAILS;
                        case ENCODE -> target.encodes() ? Then.ENCODED : without;
                        case SKIP -> without;
                    }));
        }

        /** No encoding makes it smaller. */
        void whole(String what) {
            lines.add(new Line(what, policy == Loss.FAIL ? Then.FAILS : Then.LEFT_OUT));
        }
    }
}
