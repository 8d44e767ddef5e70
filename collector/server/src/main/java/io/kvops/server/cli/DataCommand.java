package io.kvops.server.cli;

import io.kvops.migration.MigrationJob;
import io.kvops.migration.SyncJob;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.server.tasks.Order;
import io.kvops.server.tasks.PlanLine;
import java.io.PrintWriter;
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
    private TaskPlaceOptions state = new TaskPlaceOptions();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** What is read, as it was typed. */
    abstract String source();

    /** What is written or compared, as it was typed. */
    abstract String target();

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
        TaskPlace.Asked asked = new TaskPlace.Asked(new Order(job, live), source(), target());
        try (TaskPlace place = state.open(err)) {
            return dryRun() ? plan(place, asked, out) : run(place, asked, out, err);
        }
    }

    private int plan(TaskPlace place, TaskPlace.Asked asked, PrintWriter out) throws Failure, InterruptedException {
        PlanLine plan = place.plan(asked, true);
        out.print(json ? ReportJson.line(plan) + System.lineSeparator() : text(plan));
        out.flush();
        return 0;
    }

    private int run(TaskPlace place, TaskPlace.Asked asked, PrintWriter out, PrintWriter err)
            throws Failure, InterruptedException {
        PlanLine plan = place.plan(asked, false);
        for (PlanLine.Loss loss : plan.loss()) {
            err.println("kvops: the target can't hold " + loss.what() + " (" + loss.then()
                    + (loss.fails() ? "; see --on-loss)" : ")"));
        }
        String id = place.submit(asked);
        if (asked.order().live() != null) {
            plan.warnings().forEach(line -> err.println("kvops: " + TextTable.plain(line)));
            err.println("kvops: task " + id + " keeps both in step; to hand over: kvops tasks cutover " + id
                    + place.options());
        }
        return new TaskFollow(place, out, err, json).follow(id);
    }

    private static String text(PlanLine plan) {
        TextTable table = new TextTable("", "WHAT", ">RECORDS", ">BYTES");
        table.row("source", plan.source(), unknown(plan.records()), unknown(plan.bytes()));
        table.row("target", plan.target(), unknown(plan.targetRecords()), unknown(plan.targetBytes()));
        String end = System.lineSeparator();
        StringBuilder text = new StringBuilder(TextTable.plain(plan.title()))
                .append(end)
                .append(table.render())
                .append("read in ")
                .append(plan.parts())
                .append(plan.parts() == 1 ? " part" : " parts")
                .append(plan.opaque() ? ", values as they are serialised" : ", values by their elements")
                .append(end);
        for (PlanLine.Loss loss : plan.loss()) {
            text.append("loss: ")
                    .append(TextTable.plain(loss.what()))
                    .append(": ")
                    .append(loss.then())
                    .append(end);
        }
        if (plan.loss().isEmpty()) {
            text.append("loss: none").append(end);
        }
        plan.warnings()
                .forEach(line ->
                        text.append("warning: ").append(TextTable.plain(line)).append(end));
        return text.append("nothing was written").append(end).toString();
    }

    private static String unknown(long number) {
        return number < 0 ? "?" : Quantities.exact(number);
    }
}
