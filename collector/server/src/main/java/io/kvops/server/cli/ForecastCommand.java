package io.kvops.server.cli;

import io.kvops.planner.forecast.Forecast;
import io.kvops.planner.forecast.ForecastOptions;
import io.kvops.planner.forecast.Forecaster;
import io.kvops.server.report.ForecastPage;
import io.kvops.server.report.ForecastPanel;
import io.kvops.server.report.ReportJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "forecast",
        description = {
            "Forecasts series of numbers from a CSV file, one series a row: id,v1,v2,...",
            "Writes id,f1..fH to the output, and the ends of the intervals to OUT.lo and OUT.hi."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops forecast --input used-bytes.csv --horizon 30 --out next-month.csv",
            "  kvops forecast --input used-bytes.csv --horizon 30 --out next-month.csv --chart next-month.html",
            "  kvops forecast --input hourly.csv --horizon 48 --season 24 --level 80 --out two-days.csv"
        })
final class ForecastCommand implements Callable<Integer> {
    /** Series in the making, for each thread: enough to keep it busy, few enough to fit in memory. */
    private static final int AHEAD = 16;

    /** Series whose caveats are shown; further ones are counted. */
    private static final int CAVEATS_MOST = 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "The series, oldest value first.")
    @SuppressWarnings("NullAway.Init")
    private Path input;

    @Option(names = "--horizon", required = true, paramLabel = "H", description = "Values to forecast.")
    private int horizon;

    @Option(
            names = "--season",
            paramLabel = "M",
            defaultValue = "1",
            description =
                    "A period to try first, in values; 1 (the default): not known. Others are searched all the same.")
    private int season;

    @Option(
            names = "--level",
            paramLabel = "PERCENT",
            defaultValue = "95",
            description = "Share of the futures that an interval is meant to cover (default: 95).")
    private double level;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the forecasts go.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--chart",
            paramLabel = "FILE",
            description = "Draw the first " + ForecastPage.PANELS_MAX + " series with their forecasts: one HTML page.")
    private @Nullable Path chart;

    @Option(names = "--json", description = "Print what was done as a JSON document.")
    private boolean json;

    private final List<ForecastPanel> panels = new ArrayList<>();
    private final List<String> caveats = new ArrayList<>();
    private int unsaid;

    /** @param caveats of the first series that have some, then how many more have */
    private record Done(
            int series, int horizon, double seconds, String out, String lower, String upper, List<String> caveats) {}

    private record Pending(SeriesFile.Series series, Future<Forecast> forecast) {}

    @Override
    public Integer call() throws Exception {
        ForecastOptions options;
        try {
            options = new ForecastOptions(horizon, season, level / 100);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
        if (!Files.isReadable(input) || Files.isDirectory(input)) {
            throw new Failure("--input " + input + " is not a file that can be read; give a CSV file of id,v1,v2,...");
        }
        long began = System.nanoTime();
        int series = run(options);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (chart != null) {
            Outputs.write(chart, ForecastPage.render("Forecasts of " + input.getFileName(), panels, series));
        }
        if (unsaid > 0) {
            caveats.add(unsaid + " more series have caveats");
        }
        String line = json
                ? ReportJson.line(new Done(series, horizon, seconds, out.toString(), out + ".lo", out + ".hi", caveats))
                : String.format(
                        Locale.ROOT,
                        "%d series, %d values each, in %.1f s: %s, intervals of %s %% in %s.lo and %s.hi",
                        series,
                        horizon,
                        seconds,
                        out,
                        number(level),
                        out,
                        out);
        spec.commandLine().getOut().println(line);
        if (!json) {
            caveats.forEach(c -> spec.commandLine().getOut().println(TextTable.plain(c)));
        }
        return 0;
    }

    private int run(ForecastOptions options) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads, r -> new Thread(r, "kvops-forecast"));
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        int done = 0;
        long bytes = 0;
        long total = Math.max(1, Files.size(input));
        try (SeriesFile file = SeriesFile.open(input);
                Outcome outcome = new Outcome(out)) {
            Deque<Pending> pending = new ArrayDeque<>();
            boolean more = true;
            while (more || !pending.isEmpty()) {
                SeriesFile.Series next = more && pending.size() < AHEAD * threads ? file.next() : null;
                if (next != null) {
                    pending.add(new Pending(next, pool.submit(() -> Forecaster.forecast(next.values(), options))));
                    continue;
                }
                more = more && pending.size() >= AHEAD * threads;
                Pending first = pending.poll();
                if (first != null) {
                    Forecast forecast = result(first);
                    outcome.write(first.series().id(), forecast);
                    note(first.series().id(), forecast.caveats());
                    if (chart != null && panels.size() < ForecastPage.PANELS_MAX) {
                        panels.add(ForecastPanel.of(
                                first.series().id(), first.series().values(), forecast));
                    }
                    done++;
                    bytes += 8L * first.series().values().length;
                    progress.show((double) bytes / total, done + " series");
                }
            }
            if (done == 0) {
                throw new Failure("--input " + input + " holds no series (expected rows of id,v1,v2,...)");
            }
            outcome.keep();
        } finally {
            pool.shutdownNow();
            progress.clear();
        }
        return done;
    }

    private void note(String id, List<String> said) {
        if (!said.isEmpty() && caveats.size() < CAVEATS_MOST) {
            caveats.add("series '" + id + "': " + String.join("; ", said));
        } else if (!said.isEmpty()) {
            unsaid++;
        }
    }

    private Forecast result(Pending p) throws Failure, InterruptedException {
        try {
            return p.forecast().get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Failure(
                    input + ", line " + p.series().line() + ", series '"
                            + p.series().id() + "': " + cause.getMessage() + "; nothing was written",
                    e);
        }
    }

    private static String number(double v) {
        String text = Double.toString(v);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** The three files, which appear together or not at all. */
    private static final class Outcome implements AutoCloseable {
        private static final String[] ENDINGS = {"", ".lo", ".hi"};

        private final Path[] temporary = new Path[ENDINGS.length];
        private final BufferedWriter[] writers = new BufferedWriter[ENDINGS.length];
        private final Path out;

        Outcome(Path out) throws IOException {
            this.out = out.toAbsolutePath();
            Path folder = this.out.getParent();
            for (int i = 0; i < ENDINGS.length; i++) {
                temporary[i] = Files.createTempFile(folder == null ? this.out : folder, ".kvops-", ".part");
                writers[i] = Files.newBufferedWriter(temporary[i], StandardCharsets.UTF_8);
            }
        }

        void write(String id, Forecast f) throws IOException {
            double[][] rows = {f.values(), f.lower(), f.upper()};
            for (int i = 0; i < rows.length; i++) {
                StringBuilder row = new StringBuilder(quoted(id));
                for (double v : rows[i]) {
                    row.append(',').append(v);
                }
                writers[i].append(row).append('\n');
            }
        }

        void keep() throws IOException {
            for (BufferedWriter writer : writers) {
                writer.close();
            }
            for (int i = 0; i < ENDINGS.length; i++) {
                Files.move(
                        temporary[i],
                        out.resolveSibling(out.getFileName() + ENDINGS[i]),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }

        private static String quoted(String id) {
            boolean plain = id.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
            return plain ? id : '"' + id.replace("\"", "\"\"") + '"';
        }

        @Override
        public void close() throws IOException {
            for (int i = 0; i < ENDINGS.length; i++) {
                writers[i].close();
                Files.deleteIfExists(temporary[i]);
            }
        }
    }
}
