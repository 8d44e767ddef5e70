package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.report.Quantities;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "history",
        description = {
            "Says how the history of a running collector is, backs it up, archives what is due.",
            "To export from it: kvops query SQL --format csv|json|parquet --out FILE."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {HistoryCommand.Stats.class, HistoryCommand.Backup.class, HistoryCommand.Archive.class},
        footerHeading = "%nExamples:%n",
        footer = {"  kvops history stats", "  kvops history backup before-upgrade", "  kvops history archive"})
final class HistoryCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/history";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: stats, backup or archive");
    }

    @Command(
            name = "stats",
            description = "Says how the history is: levels, rows, bytes.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops history stats", "  kvops history stats --json"})
    static final class Stats extends CollectorAsk {
        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            print(out, client.get(PATH), json());
        }
    }

    @Command(
            name = "backup",
            description = "Copies the history, as of one moment, to history-backups/NAME in the data folder.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops history backup before-upgrade")
    static final class Backup extends CollectorAsk {
        @Parameters(paramLabel = "NAME", description = "Letters, digits, dots, underscores, hyphens.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            String body =
                    new ObjectMapper().createObjectNode().put("name", name).toString();
            RestClient.Answer answer = client.send("POST", PATH + "/backup", "application/json", body);
            out.println(
                    json()
                            ? answer.text().strip()
                            : "backed up to " + answer.json().path("folder").asText() + ", up to position "
                                    + answer.json().path("position").asText());
        }
    }

    @Command(
            name = "archive",
            description = "Merges, archives and expires what is due now, without waiting for its time.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops history archive")
    static final class Archive extends CollectorAsk {
        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            print(out, client.send("POST", PATH + "/upkeep", "", ""), json());
        }
    }

    private static void print(PrintWriter out, RestClient.Answer answer, boolean json) throws Failure {
        if (json) {
            out.println(answer.text().strip());
            return;
        }
        JsonNode stats = answer.json();
        TextTable levels = new TextTable("LEVEL", ">ROWS", ">TABLES", "FROM", "UP TO");
        for (JsonNode level : stats.path("levels")) {
            levels.row(
                    level.path("name").asText(),
                    Quantities.count(level.path("rows").asLong()),
                    level.path("tables").asText(),
                    at(level.path("fromMillis").asLong()),
                    at(level.path("uptoMillis").asLong()));
        }
        out.print(levels.render());
        out.println(TextTable.plain("position " + stats.path("position").asText() + ", "
                + stats.path("series").asText() + " series, file "
                + Quantities.bytes(stats.path("fileBytes").asLong()) + ", archive "
                + Quantities.bytes(stats.path("archiveBytes").asLong()) + ", memory "
                + Quantities.bytes(stats.path("memoryBytes").asLong())));
    }

    /** The ends of time are "all" and "now". */
    private static String at(long millis) {
        return millis <= 0 ? "all" : millis == Long.MAX_VALUE ? "now" : Quantities.at(Instant.ofEpochMilli(millis));
    }
}
