package io.kvops.benchmarks.forecast;

import io.kvops.planner.forecast.ForecastOptions;
import io.kvops.planner.forecast.Forecaster;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Forecasts generated series, all models with their backtests, on as many threads as there are processors.
 *
 * <pre>java -cp ... io.kvops.benchmarks.forecast.ForecastSpeed [SERIES [LENGTH [HORIZON]]]</pre>
 */
public final class ForecastSpeed {
    private static final long SEED = 42;
    private static final int KINDS = 4;

    private ForecastSpeed() {}

    /** Prints series per second, and what memory is held after each tenth. */
    public static void main(String[] args) {
        int series = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int length = args.length > 1 ? Integer.parseInt(args[1]) : 700;
        int horizon = args.length > 2 ? Integer.parseInt(args[2]) : 48;
        int part = Math.max(1, series / 10);
        long began = System.nanoTime();
        long cpu = cpuNanos();
        double sum = 0;
        for (int from = 0; from < series; from += part) {
            sum += IntStream.range(from, Math.min(series, from + part))
                    .parallel()
                    .mapToDouble(i -> Forecaster.forecast(generated(i, length), ForecastOptions.of(horizon))
                            .values()[0])
                    .sum();
            Runtime r = Runtime.getRuntime();
            System.out.printf(
                    Locale.ROOT,
                    "%6d series, %6.1f s, heap used %d MiB%n",
                    Math.min(series, from + part),
                    (System.nanoTime() - began) / 1e9,
                    (r.totalMemory() - r.freeMemory()) >> 20);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d series of %d values, horizon %d: %.1f s, %.1f series/s, %.1f ms CPU each (sum of forecasts %.3f)%n",
                series,
                length,
                horizon,
                seconds,
                series / seconds,
                (cpuNanos() - cpu) / 1e6 / series,
                sum);
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }

    /** A day and a week, a day alone, growth, a walk. */
    private static double[] generated(int i, int length) {
        Random random = new Random(SEED + i);
        double[] y = new double[length];
        double walk = 1_000;
        for (int t = 0; t < length; t++) {
            double z = random.nextGaussian();
            walk += 10 * z;
            double day = Math.sin(2 * Math.PI * t / 24);
            y[t] = switch (i % KINDS) {
                case 0 -> 1_000 + 200 * day + (t / 24 % 7 >= 5 ? -300 : 0) + 40 * z;
                case 1 -> (1_000 + t) * (1 + 0.2 * day) + 30 * z;
                case 2 -> 1_000 * Math.exp(0.002 * t) * (1 + 0.02 * z);
                default -> walk;
            };
        }
        return y;
    }
}
