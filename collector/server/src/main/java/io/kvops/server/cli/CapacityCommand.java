package io.kvops.server.cli;

import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.capacity.ForecastStore;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.forecast.BusinessCalendar;
import io.kvops.server.capacity.Capacity;
import io.kvops.server.config.Amounts;
import io.kvops.server.report.ForecastPage;
import io.kvops.server.report.ForecastPanel;
import io.kvops.server.report.ReportJson;
import io.kvops.server.report.Words;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "capacity",
        description = {
            "Says what runs out when: from what a running collector measured, or from a file of recorded metrics.",
            "Its columns: time,store,part,dimension,metric,value,limit; part (a node or a pattern) and limit may be empty.",
            "The name of a running total, such as of operations, ends with total."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops capacity",
            "  kvops capacity --store redis-1 --horizon 90d --chart capacity.html",
            "  kvops capacity --input metrics.csv --horizon 60d --chart capacity.html",
            "  kvops capacity --input metrics.csv --json"
        })
final class CapacityCommand implements Callable<Integer> {
    static final Duration MONTH = Duration.ofDays(30);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Option(names = "--input", paramLabel = "FILE", description = "Metrics from a file, without a collector.")
    private @Nullable Path input;

    @Option(names = "--store", paramLabel = "NAME", description = "Of this store alone.")
    private @Nullable String store;

    @Option(
            names = "--horizon",
            paramLabel = "TIME",
            description = "How far to look ahead (default: as the collector is configured; 30d with --input).")
    private @Nullable String horizon;

    @Option(
            names = "--holidays",
            paramLabel = "DAY",
            split = ",",
            description = "Days that are as Sundays, in UTC, with --input: 2026-12-25,2026-12-26")
    private List<LocalDate> holidays = List.of();

    @Option(
            names = "--chart",
            paramLabel = "FILE",
            description = "Draw the first " + ForecastPage.PANELS_MAX + " resources with their limits: one HTML page.")
    private @Nullable Path chart;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() throws Failure, InterruptedException {
        @Nullable Duration ahead = horizon == null ? null : duration(spec, "--horizon", horizon);
        if (input == null && !holidays.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--holidays goes with --input");
        }
        Capacity capacity = input == null ? asked(ahead) : computed(input, ahead == null ? MONTH : ahead);
        if (json) {
            spec.commandLine().getOut().println(ReportJson.line(capacity));
            return 0;
        }
        TextTable table =
                new TextTable("RESOURCE", ">NOW", ">LIMIT", ">FREE", ">A DAY", "80 %", "FULL", ">ERROR", ">COVERED");
        List<String> caveats = new ArrayList<>();
        for (Outlook o : capacity.resources()) {
            boolean limited = !o.thresholds().isEmpty();
            Words words = Words.of(o.resource(), true);
            table.row(
                    o.resource(),
                    words.value(o.current()),
                    limited ? words.value(o.limit()) : "-",
                    limited ? String.format(Locale.ROOT, "%.0f %%", 100 * o.headroom()) : "-",
                    words.value(o.growthPerDay()),
                    limited ? when(o, 0.8) : "-",
                    limited ? when(o, 1.0) : "-",
                    String.format(Locale.ROOT, "%.2f", o.forecast().errorAgainstNaive()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * o.forecast().coverage()));
            o.caveats().forEach(c -> caveats.add(o.resource() + ": " + c));
        }
        spec.commandLine().getOut().print(table.render());
        caveats.forEach(spec.commandLine().getOut()::println);
        capacity.notes().forEach(spec.commandLine().getOut()::println);
        return 0;
    }

    private static String when(Outlook o, double share) {
        return o.current() >= share * o.limit()
                ? "already"
                : CapacityPlanner.at(o, share).toString();
    }

    private Capacity computed(Path file, Duration ahead) throws Failure {
        CapacityPlanner planner = new CapacityPlanner(
                ForecastStore.inMemory(1), new BusinessCalendar(Set.copyOf(holidays), ZoneOffset.UTC));
        MetricsFile.read(file, planner);
        List<Outlook> outlooks =
                planner.outlooks(ahead, r -> store == null || r.store().equals(store));
        if (outlooks.isEmpty()) {
            throw new Failure("--input " + file + " has too few values of each metric"
                    + (store == null ? "" : " of " + store) + " (a forecast takes at least 3)");
        }
        if (chart != null) {
            List<ForecastPanel> panels = outlooks.stream()
                    .limit(ForecastPage.PANELS_MAX)
                    .map(o -> ForecastPanel.of(o, planner.timeline(o.resource()), null))
                    .toList();
            Outputs.write(chart, ForecastPage.render("What runs out when", panels, outlooks.size()));
        }
        return new Capacity(ahead, outlooks, outlooks.size(), List.of());
    }

    private Capacity asked(@Nullable Duration ahead) throws Failure, InterruptedException {
        RestClient client = collector.client();
        String question = "/api/v1/capacity?limit=1000" + (ahead == null ? "" : "&horizon=" + Amounts.text(ahead))
                + (store == null ? "" : "&store=" + RestClient.encode(store));
        if (chart != null) {
            Outputs.write(chart, client.get(question + "&format=html").text());
        }
        return client.get(question).read(Capacity.class);
    }

    static Duration duration(CommandSpec spec, String option, String text) {
        return Amounts.duration(text)
                .filter(d -> !d.isZero() && !d.isNegative() && d.toDays() <= 3_650)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), option + ": '" + text + "' (expected a time such as 30d, at most 3650d)"));
    }
}
