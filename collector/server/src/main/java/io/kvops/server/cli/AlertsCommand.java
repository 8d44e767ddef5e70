package io.kvops.server.cli;

import io.kvops.rules.AlertEvent;
import io.kvops.rules.Predictor;
import io.kvops.rules.RuleFile;
import io.kvops.rules.RuleReplay;
import io.kvops.rules.RulesException;
import io.kvops.server.report.ReportJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "alerts",
        description = {
            "Alerts: what is pending, fires, or fired in the last quarter of an hour (as list); who is told of it; silences.",
            "Rules are in config/alerts.yaml; kvops alerts test tries a file of them."
        },
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {
            AlertsOnline.Listing.class,
            AlertsOnline.Silence.class,
            AlertsOnline.Silences.class,
            AlertsOnline.Receivers.class,
            AlertsCommand.Test.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops alerts --state firing",
            "  kvops alerts silence subject=redis://127.0.0.1:6379 --for 2h --comment resizing",
            "  kvops alerts silences",
            "  kvops alerts receivers --test pager",
            "  kvops alerts test config/alerts.yaml last-week.csv"
        })
final class AlertsCommand extends AlertsOnline.AlertList {
    @Command(
            name = "test",
            description = {
                "Runs a file of rules against a recorded series, in simulated time, and prints what the alerts do.",
                "The series: timestamp,name,labels,value a line, labels as kind=redis;subject=a; NaN: the series ends.",
                "Predictive rules have no data here."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  kvops alerts test config/alerts.yaml last-week.csv",
                "  kvops alerts test my-rules.yaml last-week.csv --json"
            })
    static final class Test implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Parameters(index = "0", paramLabel = "RULES", description = "The file of rules.")
        @SuppressWarnings("NullAway.Init")
        private Path rules;

        @Parameters(index = "1", paramLabel = "SERIES", description = "The recorded series, CSV.")
        @SuppressWarnings("NullAway.Init")
        private Path series;

        @Option(names = "--json", description = "Print one JSON document.")
        private boolean json;

        private record Line(
                String at,
                String alert,
                String level,
                Map<String, String> labels,
                String from,
                String to,
                String details) {}

        private record Document(int samples, List<Line> transitions) {}

        @Override
        public Integer call() throws Exception {
            List<Line> lines = new ArrayList<>();
            try (Reader reader = Files.newBufferedReader(series)) {
                int samples = RuleReplay.run(
                        RuleFile.load(rules), series.toString(), reader, Predictor.NONE, event -> take(event, lines));
                if (json) {
                    spec.commandLine().getOut().println(ReportJson.line(new Document(samples, lines)));
                } else {
                    spec.commandLine().getOut().println(samples + " samples, " + lines.size() + " changes of alerts");
                }
            } catch (RulesException e) {
                throw new Failure(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new Failure(
                        series + " can't be read (" + e.getClass().getSimpleName()
                                + "); give a CSV file of timestamp,name,labels,value",
                        e);
            }
            return 0;
        }

        private void take(AlertEvent event, List<Line> lines) {
            Line line = new Line(
                    event.at().toString(),
                    event.alert().rule(),
                    event.alert().level().text(),
                    event.alert().labels().asMap(),
                    event.from().name().toLowerCase(java.util.Locale.ROOT),
                    event.what(),
                    event.details());
            lines.add(line);
            if (!json) {
                String text = line.at() + "  " + line.to() + "  " + line.level() + "  " + line.alert() + " "
                        + event.alert().series() + "  " + line.details();
                spec.commandLine().getOut().println(text.stripTrailing());
            }
        }
    }
}
