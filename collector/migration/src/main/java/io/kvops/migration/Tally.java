package io.kvops.migration;

import java.util.Arrays;

/** What was counted. Immutable. */
final class Tally {
    /** What is counted, each at its place in checkpoints. */
    enum Of {
        /** Keys that were seen in the source. */
        SCANNED(0),
        WRITTEN(1),
        SKIPPED(2),
        LEFT_OUT(3),
        REDUCED(4),
        EXPIRED(5),
        BYTES(6),
        /** Places of a file that could not be read. */
        DAMAGED(7),
        COMPARED(8),
        MISSING(9),
        DIFFERENT(10),
        EXTRA(11),
        REPAIRED(12),
        /** Of {@link #SKIPPED}: had the same value in the target already. */
        SAME(13);

        private final int slot;

        Of(int slot) {
            this.slot = slot;
        }
    }

    static final Tally NONE = new Tally(new long[Of.values().length]);

    private final long[] values;

    private Tally(long[] values) {
        this.values = values;
    }

    static Tally one(Of what, long count) {
        long[] values = new long[Of.values().length];
        values[what.slot] = count;
        return new Tally(values);
    }

    long get(Of what) {
        return values[what.slot];
    }

    Tally plus(Of what, long count) {
        long[] sum = values.clone();
        sum[what.slot] += count;
        return new Tally(sum);
    }

    Tally with(Of what, long count) {
        return plus(what, count - get(what));
    }

    Tally plus(Tally other) {
        long[] sum = values.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.values[i];
        }
        return new Tally(sum);
    }

    /** The same of a comparison the other way round. */
    Tally turned() {
        return with(Of.MISSING, get(Of.EXTRA)).with(Of.EXTRA, get(Of.MISSING));
    }

    /** The same without what comparisons counted. */
    Tally ofCopy() {
        long[] copy = values.clone();
        for (Of what : new Of[] {Of.COMPARED, Of.MISSING, Of.DIFFERENT, Of.EXTRA, Of.REPAIRED}) {
            copy[what.slot] = 0;
        }
        return new Tally(copy);
    }

    /** Records of the source that got to the target's side, whatever became of them there. */
    long records() {
        return get(Of.WRITTEN) + get(Of.SKIPPED) + get(Of.LEFT_OUT) + get(Of.EXPIRED);
    }

    String encode() {
        StringBuilder text = new StringBuilder();
        for (long value : values) {
            text.append(text.length() == 0 ? "" : ",").append(value);
        }
        return text.toString();
    }

    static Tally decode(String text) {
        String[] parts = text.split(",", -1);
        long[] values = new long[Of.values().length];
        for (int i = 0; i < Math.min(parts.length, values.length); i++) {
            values[i] = Long.parseLong(parts[i]);
        }
        return new Tally(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
