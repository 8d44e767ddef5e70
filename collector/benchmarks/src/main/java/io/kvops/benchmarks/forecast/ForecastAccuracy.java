package io.kvops.benchmarks.forecast;

import io.kvops.planner.forecast.Forecast;
import io.kvops.planner.forecast.ForecastOptions;
import io.kvops.planner.forecast.Forecaster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Holds the last values of each series back, forecasts them, and says by how much one misses: MASE, sMAPE, OWA against Naive2
 * as in the M4 competition, and of the 95 % intervals the coverage and MSIS.
 *
 * <pre>java -cp ... io.kvops.benchmarks.forecast.ForecastAccuracy HORIZON SEASON FILE...</pre>
 *
 * <p>Files hold rows of {@code id,v1,v2,...}; season 1 is "none known".
 */
public final class ForecastAccuracy {
    private static final double LEVEL = 0.95;

    private ForecastAccuracy() {}

    /** Prints a table for each file. */
    public static void main(String[] args) throws IOException {
        int horizon = Integer.parseInt(args[0]);
        int season = Integer.parseInt(args[1]);
        for (String file : Arrays.asList(args).subList(2, args.length)) {
            List<Row> rows = Files.readAllLines(Path.of(file)).parallelStream()
                    .map(line -> Row.of(line, horizon, season))
                    .toList();
            print(System.out, file, rows);
            if (Boolean.getBoolean("each")) {
                rows.forEach(r -> System.out.println(r.line()));
            }
        }
    }

    private static void print(PrintStream out, String file, List<Row> rows) {
        String[] names = {"kvops", "naive", "seasonal naive", "Theta", "Naive2"};
        double base = mean(rows, 4, 0);
        double base2 = mean(rows, 4, 1);
        out.printf(Locale.ROOT, "%s: %d series%n", file, rows.size());
        for (int m = 0; m < names.length; m++) {
            double mase = mean(rows, m, 0);
            double smape = mean(rows, m, 1);
            out.printf(
                    Locale.ROOT,
                    "| %-14s | MASE %8.3f | sMAPE %7.3f %% | OWA %6.3f |%n",
                    names[m],
                    mase,
                    smape,
                    (mase / base + smape / base2) / 2);
        }
        out.printf(
                Locale.ROOT,
                "95 %% intervals: coverage %.1f %%, MSIS %.1f%n",
                100 * rows.stream().mapToDouble(Row::covered).average().orElse(0),
                rows.stream().mapToDouble(Row::msis).average().orElse(0));
    }

    private static double mean(List<Row> rows, int method, int measure) {
        return rows.stream()
                .mapToDouble(r -> r.errors[method][measure])
                .average()
                .orElse(0);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Row(String id, double[][] errors, double covered, double msis, String models) {

        static Row of(String line, int horizon, int season) {
            String[] cells = line.split(",");
            double[] all = Arrays.stream(cells)
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            double[] y = Arrays.copyOf(all, all.length - horizon);
            double[] truth = Arrays.copyOfRange(all, all.length - horizon, all.length);
            double scale = 0;
            for (int t = season; t < y.length; t++) {
                scale += Math.abs(y[t] - y[t - season]) / (y.length - season);
            }
            Forecast f = Forecaster.forecast(y, new ForecastOptions(horizon, season, LEVEL));
            List<BiFunction<double[], Integer, double[]>> others = List.of(
                    Baselines::naive,
                    (v, h) -> Baselines.seasonalNaive(v, h, season),
                    (v, h) -> Baselines.theta(v, h, season),
                    (v, h) -> Baselines.naive2(v, h, season));
            List<double[]> errors = new ArrayList<>();
            errors.add(errors(f.values(), truth, scale));
            for (BiFunction<double[], Integer, double[]> other : others) {
                errors.add(errors(other.apply(y, horizon), truth, scale));
            }
            double inside = 0;
            double msis = 0;
            for (int h = 0; h < horizon; h++) {
                double low = f.lower()[h];
                double high = f.upper()[h];
                inside += truth[h] >= low && truth[h] <= high ? 1.0 / horizon : 0;
                double beyond = Math.max(0, low - truth[h]) + Math.max(0, truth[h] - high);
                msis += (high - low + 2 / (1 - LEVEL) * beyond) / horizon / scale;
            }
            return new Row(cells[0], errors.toArray(new double[0][]), inside, msis, f.models() + " " + f.periods());
        }

        private static double[] errors(double[] f, double[] truth, double scale) {
            double mase = 0;
            double smape = 0;
            for (int h = 0; h < f.length; h++) {
                double miss = Math.abs(f[h] - truth[h]);
                mase += miss / scale / f.length;
                double size = Math.abs(f[h]) + Math.abs(truth[h]);
                smape += size == 0 ? 0 : 200 * miss / size / f.length;
            }
            return new double[] {mase, smape};
        }

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-30s MASE %.3f naive %.3f theta %.3f naive2 %.3f covered %.2f %s",
                    id,
                    errors[0][0],
                    errors[1][0],
                    errors[3][0],
                    errors[4][0],
                    covered,
                    models);
        }
    }
}
