package io.kvops.server.cli;

import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.Plan;
import io.kvops.planner.WhatIf;
import io.kvops.planner.advice.Advice.Choice;
import io.kvops.planner.advice.Advice.Refused;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.CatalogException;
import io.kvops.planner.advice.InstanceShape;
import io.kvops.planner.advice.Layout;
import io.kvops.server.report.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "recommend",
        description = {
            "Says what to buy, what it costs and by when to decide, from a file of recorded metrics (as kvops capacity).",
            "Prices come from config/instances.yaml: samples, to be replaced by your own."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops recommend --input metrics.csv --today 3xr7g.large",
            "  kvops recommend --input metrics.csv --growth 2x --replicas 2 --price-file prices.yaml"
        })
final class RecommendCommand implements Callable<Integer> {
    private static final Pattern GROWTH = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,4})?)x?");
    private static final Pattern TODAY = Pattern.compile("(?:(\\d{1,4})x)?(.+)");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "The metrics.")
    @SuppressWarnings("NullAway.Init")
    private Path input;

    @Option(names = "--store", paramLabel = "NAME", description = "Which store, if the file has several.")
    private @Nullable String store;

    @Option(
            names = "--horizon",
            paramLabel = "TIME",
            defaultValue = "30d",
            description = "How far to look ahead (default: 30d).")
    @SuppressWarnings("NullAway.Init")
    private String horizon;

    @Option(names = "--today", paramLabel = "[N x]SHAPE", description = "What it runs on, such as 3xr7g.large.")
    private @Nullable String today;

    @Option(names = "--replicas", paramLabel = "N", defaultValue = "0", description = "Of each shard (default: 0).")
    private int replicas;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Processors of a machine that serve operations (default: 1, as Redis).")
    private int threads;

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
            defaultValue = "14d",
            description = "From a decision to machines that work (default: 14d).")
    @SuppressWarnings("NullAway.Init")
    private String leadTime;

    @Option(
            names = "--price-file",
            paramLabel = "FILE",
            description = "Shapes and prices (default: config/instances.yaml).")
    private @Nullable Path priceFile;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() throws Failure {
        Duration ahead = CapacityCommand.duration(spec, "--horizon", horizon);
        Duration lead = CapacityCommand.duration(spec, "--lead-time", leadTime);
        Catalog catalog;
        try {
            catalog = Catalog.load(priceFile == null ? Home.file("config/instances.yaml") : priceFile);
        } catch (CatalogException e) {
            throw new Failure(e.getMessage() == null ? "the catalog is wrong" : e.getMessage(), e);
        }
        WhatIf question = question();
        AdvisorOptions options = options(lead);
        @Nullable Layout now = layout(catalog);
        CapacityPlanner planner = new CapacityPlanner();
        Set<String> stores = MetricsFile.read(input, planner);
        String name = store == null && stores.size() == 1 ? stores.iterator().next() : store;
        if (name == null || !stores.contains(name)) {
            throw new ParameterException(
                    spec.commandLine(), "--store: " + name + " (expected one of " + String.join(", ", stores) + ")");
        }
        Plan plan;
        try {
            plan = planner.plan(name, ahead, catalog, now, options, question);
        } catch (IllegalArgumentException e) {
            throw new Failure("--input " + input + ": " + e.getMessage(), e);
        }
        if (json) {
            spec.commandLine().getOut().println(ReportJson.line(plan));
        } else {
            print(plan, catalog);
        }
        return 0;
    }

    private WhatIf question() {
        Matcher m = GROWTH.matcher(growth);
        try {
            if (m.matches()) {
                return new WhatIf(Double.parseDouble(m.group(1)));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ParameterException(
                spec.commandLine(), "--growth: '" + growth + "' (expected a factor such as 2x, 0 to 1000)");
    }

    private AdvisorOptions options(Duration lead) {
        AdvisorOptions d = AdvisorOptions.defaults();
        try {
            return new AdvisorOptions(
                    d.seed(),
                    d.worlds(),
                    d.riskMax(),
                    d.usable(),
                    threads,
                    d.quality(),
                    d.shardsMax(),
                    replicas,
                    lead,
                    null);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private @Nullable Layout layout(Catalog catalog) {
        if (today == null) {
            return null;
        }
        Matcher m = TODAY.matcher(today);
        @Nullable String name = m.matches() ? m.group(2) : null;
        @Nullable
        InstanceShape shape = name == null ? null : catalog.shape(name).orElse(null);
        int shards = shape == null || m.group(1) == null ? 1 : Integer.parseInt(m.group(1));
        if (shape == null || shards < 1) {
            List<String> known =
                    catalog.shapes().stream().map(InstanceShape::name).toList();
            throw new ParameterException(
                    spec.commandLine(),
                    "--today: '" + today + "' (expected such as 3xNAME, NAME one of " + known + ")");
        }
        return new Layout(shape, shards, replicas);
    }

    private void print(Plan plan, Catalog catalog) {
        PrintWriter out = spec.commandLine().getOut();
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
        out.println("prices in " + catalog.currency() + " of " + catalog.dated() + ": " + catalog.source());
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
