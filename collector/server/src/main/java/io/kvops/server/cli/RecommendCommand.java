package io.kvops.server.cli;

import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.WhatIf;
import io.kvops.planner.advice.Advice.Choice;
import io.kvops.planner.advice.Advice.Refused;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.CatalogException;
import io.kvops.planner.advice.Layout;
import io.kvops.server.capacity.Recommendations;
import io.kvops.server.capacity.Recommendations.Prices;
import io.kvops.server.capacity.Recommendations.StorePlan;
import io.kvops.server.config.Amounts;
import io.kvops.server.report.ReportJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        name = "recommend",
        description = {
            "Says what to buy, what it costs and by when to decide: from what a running collector measured, or from a file",
            "of recorded metrics (as kvops capacity).",
            "Prices come from config/instances.yaml, or the file that the collector's configuration names: samples, to be",
            "replaced by your own. So do what is left out here: horizon, replicas, threads, lead time, what stores run on."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops recommend --growth 2x --replicas 2",
            "  kvops recommend --input metrics.csv --today 3xr7g.large",
            "  kvops recommend --input metrics.csv --growth 2x --replicas 2 --price-file prices.yaml"
        })
final class RecommendCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Option(names = "--input", paramLabel = "FILE", description = "Metrics from a file, without a collector.")
    private @Nullable Path input;

    @Option(names = "--store", paramLabel = "NAME", description = "For this store alone.")
    private @Nullable String store;

    @Option(names = "--horizon", paramLabel = "TIME", description = "How far to look ahead (default: 30d).")
    private @Nullable String horizon;

    @Option(names = "--today", paramLabel = "[N x]SHAPE", description = "What it runs on, such as 3xr7g.large.")
    private @Nullable String today;

    @Option(names = "--replicas", paramLabel = "N", description = "Of each shard (default: 0).")
    private @Nullable Integer replicas;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Processors of a machine that serve operations (default: 1, as Redis).")
    private @Nullable Integer threads;

    @Option(
            names = "--growth",
            paramLabel = "FACTOR",
            defaultValue = "1x",
            description = "What if it grows so many times as fast (default: 1x)?")
    @SuppressWarnings("NullAway.Init")
    private String growth;

    @Option(
            names = "--lead-time",
            paramLabel = "TIME",
            description = "From a decision to machines that work (default: 14d).")
    private @Nullable String leadTime;

    @Option(
            names = "--price-file",
            paramLabel = "FILE",
            description = "Shapes and prices (default: config/instances.yaml).")
    private @Nullable Path priceFile;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() throws Failure, InterruptedException {
        @Nullable Duration ahead = horizon == null ? null : CapacityCommand.duration(spec, "--horizon", horizon);
        @Nullable Duration lead = leadTime == null ? null : CapacityCommand.duration(spec, "--lead-time", leadTime);
        Recommendations answer = input == null
                ? asked(ahead, lead)
                : computed(input, ahead == null ? CapacityCommand.MONTH : ahead, options(lead));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ReportJson.line(answer));
        } else {
            print(answer, out);
        }
        return 0;
    }

    private Recommendations asked(@Nullable Duration ahead, @Nullable Duration lead)
            throws Failure, InterruptedException {
        whatIf();
        StringBuilder question = new StringBuilder("/api/v1/recommendations?growth=" + RestClient.encode(growth));
        question.append(replicas == null ? "" : "&replicas=" + replicas);
        question.append(threads == null ? "" : "&threads=" + threads);
        question.append(ahead == null ? "" : "&horizon=" + Amounts.text(ahead));
        question.append(lead == null ? "" : "&leadTime=" + Amounts.text(lead));
        question.append(store == null ? "" : "&store=" + RestClient.encode(store));
        question.append(today == null ? "" : "&today=" + RestClient.encode(today));
        RestClient client = collector.client();
        RestClient.Answer answer = priceFile == null
                ? client.get(question.toString())
                : client.send("POST", question.toString(), "application/yaml", text(priceFile));
        return answer.read(Recommendations.class);
    }

    /** The prices, after a look whether they are right: so a mistake is said with the name of the file. */
    private static String text(Path prices) throws Failure {
        catalog(prices);
        try {
            return Files.readString(prices);
        } catch (IOException e) {
            throw new Failure("--price-file " + prices + " cannot be read: " + e, e);
        }
    }

    private static Catalog catalog(Path prices) throws Failure {
        try {
            return Catalog.load(prices);
        } catch (CatalogException e) {
            throw new Failure(e.getMessage() == null ? "the catalog is wrong" : e.getMessage(), e);
        }
    }

    private Recommendations computed(Path file, Duration ahead, AdvisorOptions options) throws Failure {
        Catalog catalog = catalog(priceFile == null ? Home.file("config/instances.yaml") : priceFile);
        WhatIf question = whatIf();
        @Nullable Layout now = layout(catalog, options.replicas());
        CapacityPlanner planner = new CapacityPlanner();
        Set<String> stores = MetricsFile.read(file, planner);
        if (store != null && !stores.contains(store)) {
            throw new ParameterException(
                    spec.commandLine(), "--store: " + store + " (expected one of " + String.join(", ", stores) + ")");
        }
        List<StorePlan> plans = new ArrayList<>();
        for (String name : store == null ? stores : List.of(store)) {
            try {
                plans.add(StorePlan.of(name, planner.plan(name, ahead, catalog, now, options, question)));
            } catch (IllegalArgumentException e) {
                throw new Failure("--input " + file + ": " + e.getMessage(), e);
            }
        }
        return new Recommendations(Prices.of(catalog), plans, List.of());
    }

    private WhatIf whatIf() {
        try {
            return WhatIf.parse(growth);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private AdvisorOptions options(@Nullable Duration lead) {
        AdvisorOptions usual = AdvisorOptions.defaults();
        try {
            return usual.replicas(replicas == null ? usual.replicas() : replicas)
                    .threads(threads == null ? usual.threads() : threads)
                    .leadTime(lead == null ? usual.leadTime() : lead);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private @Nullable Layout layout(Catalog catalog, int replicasEach) {
        try {
            return today == null ? null : Layout.parse(today, catalog, replicasEach);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--today: " + e.getMessage(), e);
        }
    }

    private static void print(Recommendations answer, PrintWriter out) {
        for (StorePlan plan : answer.stores()) {
            if (answer.stores().size() > 1) {
                out.println(plan.store() + ":");
            }
            plan.findings().forEach(out::println);
            TextTable table = new TextTable("", "LAYOUT", ">A MONTH", ">A YEAR", ">RISK", ">SAVES A MONTH");
            row(table, "advised", plan.advice().best());
            row(table, "larger machine", plan.advice().vertical());
            row(table, "more machines", plan.advice().horizontal());
            row(table, "today", plan.advice().today());
            out.print(table.render());
            for (Refused r : plan.advice().refused()) {
                out.println("not " + r.layout() + ": " + r.reason());
            }
        }
        answer.notes().forEach(out::println);
        Prices prices = answer.prices();
        out.println("prices in " + prices.currency() + " of " + prices.dated() + ": " + prices.source());
    }

    private static void row(TextTable table, String what, @Nullable Choice c) {
        if (c != null) {
            table.row(
                    what,
                    c.layout(),
                    c.cost().perMonth().toPlainString(),
                    c.cost().perYear().toPlainString(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * c.risk()),
                    c.saving() == null ? "-" : c.saving().perMonth().toPlainString());
        }
    }
}
