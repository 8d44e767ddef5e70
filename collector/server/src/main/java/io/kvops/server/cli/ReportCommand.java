package io.kvops.server.cli;

import io.kvops.analyzer.Report;
import io.kvops.server.OfflineHistory;
import io.kvops.server.config.Amounts;
import io.kvops.server.config.Reason;
import io.kvops.server.report.ReportHtml;
import io.kvops.server.report.ReportJson;
import io.kvops.server.report.ReportMarkdown;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = {
            "Asks a running collector for a report.",
            "Which one: --collector, else the one that runs on --data or on the default data folder;",
            "where none runs there, the report is made out of the history in that folder."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops report                                   # the last hour as Markdown, on stdout",
            "  kvops report --last 15m --format html --out .  # ./report.html",
            "  kvops report --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --json"
        })
final class ReportCommand implements Callable<Integer> {
    /** How a report is written. */
    enum Form {
        HTML,
        MD,
        JSON
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--last",
            paramLabel = "TIME",
            description = "The time before now, such as 90s, 15m, 1h, 7d (default 1h).")
    private @Nullable String last;

    @Option(names = "--from", paramLabel = "TIME", description = "Begin, ISO-8601 in UTC.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, ISO-8601 in UTC (default: now).")
    private @Nullable String to;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "html, md or json (default: html into a folder, else by the file's ending, else md).")
    private @Nullable Form format;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR",
            description = "Where to (default: stdout); in a folder it is report.html, .md or .json.")
    private @Nullable Path out;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Override
    public Integer call() throws Exception {
        checkUsage();
        Form form = form();
        String body = collector.offline()
                ? offline(form)
                : collector
                        .client()
                        .get("/api/v1/report?format=" + form.name().toLowerCase(Locale.ROOT) + window())
                        .text();
        if (out == null) {
            spec.commandLine().getOut().print(body);
            spec.commandLine().getOut().flush();
        } else {
            Path file =
                    Files.isDirectory(out) ? out.resolve("report." + form.name().toLowerCase(Locale.ROOT)) : out;
            try {
                Outputs.write(file, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new Failure("the report can't be written to " + file + ": " + Reason.of(e), e);
            }
            spec.commandLine()
                    .getErr()
                    .println("kvops: wrote " + file.toAbsolutePath().normalize());
        }
        return 0;
    }

    private void checkUsage() {
        if (last != null && (from != null || to != null)) {
            throw new ParameterException(spec.commandLine(), "--last goes alone, without --from and --to");
        }
        if (to != null && from == null) {
            throw new ParameterException(spec.commandLine(), "--to needs --from as well");
        }
        if (json && format != null && format != Form.JSON) {
            throw new ParameterException(spec.commandLine(), "--json and --format " + format + " exclude each other");
        }
        checkDuration();
        Instant begin = instant("--from", from);
        Instant end = instant("--to", to);
        if (begin != null && end != null && !begin.isBefore(end)) {
            throw new ParameterException(spec.commandLine(), "--from " + from + " is not before --to " + to);
        }
        collector.check();
    }

    private void checkDuration() {
        if (last != null && Amounts.duration(last).isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--last: " + last + " (expected a duration such as 90s, 15m, 1h or 7d)");
        }
    }

    private @Nullable Instant instant(String option, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": " + text + " (expected an ISO-8601 time in UTC, such as 2026-01-31T12:00:00Z)",
                    e);
        }
    }

    private Form form() {
        if (json) {
            return Form.JSON;
        }
        if (format != null) {
            return format;
        }
        if (out == null) {
            return Form.MD;
        }
        String name = out.toString().toLowerCase(Locale.ROOT);
        for (Form form : Form.values()) {
            if (!Files.isDirectory(out) && name.endsWith("." + form.name().toLowerCase(Locale.ROOT))) {
                return form;
            }
        }
        return Form.HTML;
    }

    /** No collector runs: out of the history that it left. */
    private String offline(Form form) throws Exception {
        Clock clock = Clock.systemUTC();
        Instant end = to == null ? clock.instant() : Instant.parse(to);
        Instant begin = from != null
                ? Instant.parse(from)
                : end.minus(Amounts.duration(last == null ? "1h" : last).orElseThrow());
        try (OfflineHistory history = OfflineHistory.open(collector.folder(), clock)) {
            Report report = history.report(begin, end);
            return switch (form) {
                case HTML -> ReportHtml.render(report);
                case MD -> ReportMarkdown.render(report);
                case JSON -> ReportJson.render(report);
            };
        }
    }

    private String window() {
        if (from == null) {
            return "&last=" + RestClient.encode(last == null ? "1h" : last);
        }
        return "&from=" + RestClient.encode(from) + (to == null ? "" : "&to=" + RestClient.encode(to));
    }
}
