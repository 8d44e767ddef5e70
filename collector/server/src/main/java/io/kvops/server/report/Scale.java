package io.kvops.server.report;

import java.util.ArrayList;
import java.util.List;

/** Where values stand on a vertical axis, and which of them are named. */
final class Scale {
    private static final int LINEAR_TICKS = 4;
    private static final double FLAT = 1e-6;

    private final double low;
    private final double high;
    private final boolean logarithmic;
    private final List<Double> ticks;

    private Scale(double low, double high, boolean logarithmic, List<Double> ticks) {
        this.low = low;
        this.high = high;
        this.logarithmic = logarithmic;
        this.ticks = List.copyOf(ticks);
    }

    /** From 0 to a round number not below max; ticks are round, too. */
    static Scale linear(double max) {
        double step = roundUp(Math.max(max, 1e-9) / LINEAR_TICKS);
        List<Double> ticks = new ArrayList<>();
        int steps = max > 0 ? (int) Math.ceil(max / step - 1e-9) : 1;
        for (int i = 0; i <= steps; i++) {
            ticks.add(i * step);
        }
        return new Scale(0, steps * step, false, ticks);
    }

    /**
     * From a round number not above min, which is 0 where that is not far, to one not below max.
     *
     * @param unit what numbers are round in, such as 1 or 1024^3; above 0
     */
    static Scale between(double min, double max, double unit) {
        if (max - min <= FLAT * Math.max(Math.abs(min), Math.abs(max))) {
            // nothing moves: the line stands within the picture, not on its edge
            return between(Math.min(0, 1.5 * min), max == 0 ? 1 : Math.max(0, 1.5 * max), unit);
        }
        double from = min >= 0 && min < max / 2 ? 0 : min;
        double step =
                roundUp(Math.max((max - from) / LINEAR_TICKS, Math.max(Math.abs(max), 1e-9) * 1e-6) / unit) * unit;
        double low = Math.floor(from / step + 1e-9) * step;
        int steps = Math.max(1, (int) Math.ceil((max - low) / step - 1e-9));
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            ticks.add(low + i * step);
        }
        return new Scale(low, low + steps * step, false, ticks);
    }

    /** From below min to above max; ticks at 1, 2 and 5 of each decade, or where there are many decades, at 1. */
    static Scale logarithmic(double min, double max) {
        if (!(max > 0)) {
            return new Scale(1, 10, true, List.of());
        }
        double low = min * 0.85;
        double high = max * 1.2;
        boolean wide = Math.log10(high / low) > 2.2;
        List<Double> ticks = new ArrayList<>();
        for (double decade = Math.pow(10, Math.floor(Math.log10(low))); decade <= high; decade *= 10) {
            for (double digit : wide ? new double[] {1} : new double[] {1, 2, 5}) {
                if (digit * decade >= low && digit * decade <= high) {
                    ticks.add(digit * decade);
                }
            }
        }
        return new Scale(low, high, true, ticks);
    }

    List<Double> ticks() {
        return ticks;
    }

    /** True if the value has a place on this scale. */
    boolean holds(double value) {
        return logarithmic ? value > 0 : value >= 0;
    }

    /** 0 is the bottom, 1 the top. */
    double place(double value) {
        double place = logarithmic
                ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
                : (value - low) / (high - low);
        return Math.min(1, Math.max(0, place));
    }

    /** The next of 1, 2, 2.5, 5 and 10, times a power of ten. */
    private static double roundUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double digit : new double[] {1, 2, 2.5, 5}) {
            if (value <= digit * power * (1 + 1e-9)) {
                return digit * power;
            }
        }
        return 10 * power;
    }
}
