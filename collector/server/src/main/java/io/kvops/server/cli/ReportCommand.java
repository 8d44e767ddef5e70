package io.kvops.server.cli;

import io.kvops.server.CollectorConfig;
import io.kvops.server.RunningCollector;
import io.kvops.server.config.Amounts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = {
            "Asks a running collector for a report.",
            "Which one: --url, else the one that runs on --data or on the default data folder, else http://127.0.0.1:7180."
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
    private static final String USUAL_URL = "http://127.0.0.1:7180";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);

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

    @Option(names = "--url", paramLabel = "URL", description = "Address of the collector.")
    private @Nullable String url;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the collector: ask the one that runs on it.")
    private @Nullable Path data;

    @Override
    public Integer call() throws Exception {
        checkUsage();
        Form form = form();
        byte[] body = fetch(base() + "/api/v1/report?format=" + form.name().toLowerCase(Locale.ROOT) + window());
        if (out == null) {
            spec.commandLine().getOut().print(new String(body, StandardCharsets.UTF_8));
            spec.commandLine().getOut().flush();
        } else {
            Path file =
                    Files.isDirectory(out) ? out.resolve("report." + form.name().toLowerCase(Locale.ROOT)) : out;
            try {
                Files.write(file, body);
            } catch (IOException e) {
                throw new Failure("the report can't be written to " + file + ": " + e, e);
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
        if (url != null && data != null) {
            throw new ParameterException(spec.commandLine(), "--url and --data exclude each other");
        }
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

    private String base() throws Failure {
        if (url != null) {
            return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        }
        if (data != null) {
            Path folder = data.toAbsolutePath().normalize();
            return RunningCollector.find(folder)
                    .map(RunningCollector::url)
                    .orElseThrow(() -> new Failure(
                            "no collector runs on " + folder + "; start it with: kvops collector --data " + folder));
        }
        return RunningCollector.find(CollectorConfig.defaultDataDir())
                .map(RunningCollector::url)
                .orElse(USUAL_URL);
    }

    private String window() {
        if (from == null) {
            return "&last=" + encode(last == null ? "1h" : last);
        }
        return "&from=" + encode(from) + (to == null ? "" : "&to=" + encode(to));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] fetch(String address) throws Failure, InterruptedException {
        String place = address.replaceFirst("/api/.*", "");
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .timeout(ANSWER)
                    .GET()
                    .build();
            HttpResponse<byte[]> response = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new Failure(
                        "the collector at " + place + " answered " + response.statusCode() + ": " + detail(response));
            }
            return response.body();
        } catch (ConnectException e) {
            throw new Failure("no collector answers at " + place + "; start one with: kvops collector", e);
        } catch (IOException e) {
            throw new Failure("the collector at " + place + " did not answer: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new Failure("not an address of a collector: " + place + " (expected such as " + USUAL_URL + ")", e);
        }
    }

    private static String detail(HttpResponse<byte[]> response) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(response.body())
                    .path("detail")
                    .asText("no detail");
        } catch (IOException e) {
            return "no detail";
        }
    }
}
