package io.kvops.rules;

import java.util.Arrays;

/** Samples of one series, the oldest first, in rings that grow up to a bound. Not for several threads. */
final class Window {
    private static final int SMALL = 4;

    private long[] millis = new long[SMALL];
    private double[] values = new double[SMALL];
    private int first;
    private int size;

    /**
     * Takes a sample.
     *
     * @param keepMillis how far back anything looks
     * @param newestOnly whether nothing looks back, so that a few samples are enough
     * @return false if the sample is not newer than the last, or an old one had to go for it
     */
    boolean add(long at, double value, long keepMillis, boolean newestOnly) {
        if (size > 0 && at <= last()) {
            return false;
        }
        // one before the window stays: it is the newest at a time inside
        while (size > 1 && millis[index(1)] < at - keepMillis) {
            first = index(1);
            size--;
        }
        boolean whole = true;
        if (size == millis.length) {
            if (newestOnly || size >= Samples.MAX_SAMPLES) {
                first = index(1);
                size--;
                whole = newestOnly;
            } else {
                grow();
            }
        }
        millis[index(size)] = at;
        values[index(size)] = value;
        size++;
        return whole;
    }

    private void grow() {
        long[] moreMillis = new long[millis.length * 2];
        double[] moreValues = new double[millis.length * 2];
        for (int i = 0; i < size; i++) {
            moreMillis[i] = millis[index(i)];
            moreValues[i] = values[index(i)];
        }
        millis = moreMillis;
        values = moreValues;
        first = 0;
    }

    private int index(int offset) {
        return (first + offset) % millis.length;
    }

    /** When the newest sample was. */
    long last() {
        return size == 0 ? Long.MIN_VALUE : millis[index(size - 1)];
    }

    /** The newest value at a time; NaN if it is as old as the look-back, or the series had ended. */
    double newest(long at, long lookbackMillis) {
        for (int i = size - 1; i >= 0; i--) {
            if (millis[index(i)] <= at) {
                return millis[index(i)] > at - lookbackMillis ? values[index(i)] : Double.NaN;
            }
        }
        return Double.NaN;
    }

    /** A function over the samples in (at - window, at]; NaN if there are too few. */
    double over(Input.Function function, long at, long windowMillis) {
        long[] times = new long[size];
        double[] inside = new double[size];
        int n = 0;
        for (int i = 0; i < size; i++) {
            long time = millis[index(i)];
            if (time > at - windowMillis && time <= at && !Double.isNaN(values[index(i)])) {
                times[n] = time;
                inside[n++] = values[index(i)];
            }
        }
        if (n == 0) {
            return Double.NaN;
        }
        double[] kept = Arrays.copyOf(inside, n);
        return switch (function) {
            case RATE, INCREASE, DELTA -> Extrapolated.of(function, Arrays.copyOf(times, n), kept, at, windowMillis);
            case AVG -> Arrays.stream(kept).sum() / n;
            case MIN -> Arrays.stream(kept).min().orElse(Double.NaN);
            case MAX -> Arrays.stream(kept).max().orElse(Double.NaN);
            case SUM -> Arrays.stream(kept).sum();
            case COUNT -> n;
            default -> kept[n - 1];
        };
    }
}
