package io.kvops.server.cli;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationException;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.Plan;
import io.kvops.migration.SyncJob;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.stores.data.LossReport;
import io.kvops.tasks.TaskException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands have in common that copy or compare records, as a task of their own process. */
@Command(mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false)
abstract class DataCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private RecordOptions records = new RecordOptions();

    @Mixin
    private TaskFolder state = new TaskFolder();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** @throws IllegalArgumentException if something makes no sense */
    abstract MigrationJob job();

    /**
     * What is to be followed; null if it is a copy or a comparison alone.
     *
     * @throws IllegalArgumentException if something makes no sense
     */
    @Nullable
    SyncJob live(MigrationJob job) {
        return null;
    }

    /** Whether only the plan is wanted. */
    boolean dryRun() {
        return false;
    }

    @Override
    public final Integer call() throws Exception {
        MigrationJob job;
        SyncJob live;
        try {
            job = records.onto(job());
            live = live(job);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            return dryRun() ? plan(job, live, out) : run(job, live, out, err);
        } catch (MigrationException | TaskException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    private int plan(MigrationJob job, @Nullable SyncJob live, PrintWriter out) throws MigrationException {
        MigrationConfig config = state.config(line -> {});
        Plan plan = live == null ? DataMigrationManager.dryRun(config, job) : DataMigrationManager.dryRun(config, live);
        out.print(json ? ReportJson.line(Planned.of(plan)) + System.lineSeparator() : text(plan));
        out.flush();
        return 0;
    }

    private int run(MigrationJob job, @Nullable SyncJob live, PrintWriter out, PrintWriter err)
            throws MigrationException, TaskException, Failure, InterruptedException {
        try (DataMigrationManager manager = state.open(line -> err.println("kvops: " + line))) {
            Plan plan = live == null ? manager.plan(job) : manager.plan(live);
            for (LossReport.Line line : plan.loss().lines()) {
                err.println("kvops: the target can't hold " + line.what() + " (" + then(line)
                        + (line.then() == LossReport.Then.FAILS ? "; see --on-loss)" : ")"));
            }
            String asker = System.getProperty("user.name", "");
            String id = (live == null ? manager.submit(job, asker) : manager.submit(live, asker)).id();
            if (live != null) {
                plan.warnings().forEach(line -> err.println("kvops: " + line));
                err.println("kvops: task " + id + " keeps both in step; to hand over: kvops tasks cutover " + id);
            }
            return new TaskFollow(manager, out, err, json).follow(id);
        }
    }

    private record Loss(String what, String then) {}

    private record Planned(
            String title,
            long records,
            long bytes,
            long targetRecords,
            int parts,
            boolean opaque,
            List<Loss> loss,
            List<String> warnings) {
        static Planned of(Plan plan) {
            return new Planned(
                    plan.title(),
                    plan.size().records(),
                    plan.size().bytes(),
                    plan.targetSize().records(),
                    plan.parts(),
                    plan.opaque(),
                    plan.loss().lines().stream()
                            .map(line -> new Loss(line.what(), then(line)))
                            .toList(),
                    plan.warnings());
        }
    }

    private static String then(LossReport.Line line) {
        return line.then().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(Plan plan) {
        TextTable table = new TextTable("", "WHAT", ">RECORDS", ">BYTES");
        table.row(
                "source",
                (plan.source().product() + " " + plan.source().version()).strip(),
                unknown(plan.size().records()),
                unknown(plan.size().bytes()));
        table.row(
                "target",
                (plan.target().product() + " " + plan.target().version()).strip(),
                unknown(plan.targetSize().records()),
                unknown(plan.targetSize().bytes()));
        StringBuilder text = new StringBuilder(TextTable.plain(plan.title()))
                .append(System.lineSeparator())
                .append(table.render())
                .append("read in ")
                .append(plan.parts())
                .append(plan.parts() == 1 ? " part" : " parts")
                .append(plan.opaque() ? ", values as they are serialised" : ", values by their elements")
                .append(System.lineSeparator());
        for (LossReport.Line line : plan.loss().lines()) {
            text.append("loss: ")
                    .append(line.what())
                    .append(": ")
                    .append(then(line))
                    .append(System.lineSeparator());
        }
        if (plan.loss().lines().isEmpty()) {
            text.append("loss: none").append(System.lineSeparator());
        }
        plan.warnings()
                .forEach(line ->
                        text.append("warning: ").append(TextTable.plain(line)).append(System.lineSeparator()));
        return text.append("nothing was written").append(System.lineSeparator()).toString();
    }

    private static String unknown(long number) {
        return number < 0 ? "?" : Quantities.exact(number);
    }
}
