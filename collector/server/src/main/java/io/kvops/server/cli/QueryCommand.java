package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.history.ExportFormat;
import io.kvops.history.HistoryException;
import io.kvops.history.QueryLimits;
import io.kvops.server.OfflineHistory;
import io.kvops.server.config.Amounts;
import io.kvops.server.config.Reason;
import io.kvops.server.report.ReportJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "query",
        description = {
            "Asks the history in SQL, one SELECT; collector/history/README.md lists the views.",
            "Goes through the running collector; where none runs on the data folder, opens the history itself."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops query \"SELECT kind, count(*) FROM events GROUP BY kind\"",
            "  kvops query \"SELECT * FROM events\" --format csv --out events.csv",
            "  kvops query \"SELECT * FROM gauges\" --format parquet --out gauges.parquet --timeout 1m"
        })
final class QueryCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/query";
    private static final int MOST_ROWS = 1_000_000;
    private static final Duration SLACK = Duration.ofSeconds(10);

    /** How an answer is written. */
    enum Form {
        TABLE,
        CSV,
        JSON,
        PARQUET
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Parameters(paramLabel = "SQL", description = "One SELECT.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String sql;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "table",
            description = "table, csv, json or parquet (default ${DEFAULT-VALUE}).")
    private Form format = Form.TABLE;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to (default: stdout; parquet needs it).")
    private @Nullable Path out;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Given up after it, 1ms to 10m (default ${DEFAULT-VALUE}).")
    private String timeout = "10s";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Rows at most (default ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws Exception {
        Form form = json ? Form.JSON : format;
        Duration longest = Amounts.duration(timeout)
                .filter(d -> d.toMillis() >= 1 && d.compareTo(Duration.ofMinutes(10)) <= 0)
                .orElseThrow(() -> wrong("--timeout: " + timeout + " (expected 1ms to 10m)"));
        if (limit < 1 || limit > MOST_ROWS) {
            throw wrong("--limit: " + limit + " (expected 1 to " + MOST_ROWS + ")");
        }
        if (form == Form.PARQUET && out == null) {
            throw wrong("--format parquet needs --out FILE");
        }
        collector.check();
        QueryLimits limits = new QueryLimits(longest, limit);
        if (collector.offline()) {
            offline(form, limits);
        } else {
            online(form, limits);
        }
        if (out != null) {
            spec.commandLine()
                    .getErr()
                    .println("kvops: wrote " + out.toAbsolutePath().normalize());
        }
        return 0;
    }

    private void online(Form form, QueryLimits limits) throws Failure, InterruptedException, IOException {
        ObjectNode question = new ObjectMapper().createObjectNode();
        question.put("sql", sql).put("timeout", Amounts.text(limits.timeout())).put("limit", limits.maxRows());
        Duration wait = limits.timeout().plus(SLACK);
        RestClient client = collector.client();
        if (form == Form.PARQUET && out != null) {
            warnIf(client.download(PATH, question.toString(), "application/vnd.apache.parquet", out, wait));
            return;
        }
        String accept = form == Form.CSV ? "text/csv" : "application/json";
        RestClient.Answer answer = client.send("POST", PATH, "application/json", question.toString(), accept, wait);
        warnIf(answer.truncated());
        show(form == Form.TABLE ? table(new ObjectMapper().readTree(answer.text())) : answer.text());
    }

    private void offline(Form form, QueryLimits limits) throws Exception {
        try (OfflineHistory offline = OfflineHistory.open(collector.folder(), Clock.systemUTC())) {
            if (form == Form.TABLE || form == Form.JSON) {
                String answer = ReportJson.line(offline.history().query(sql, limits));
                show(form == Form.TABLE ? table(new ObjectMapper().readTree(answer)) : answer);
                return;
            }
            Path folder = Files.createTempDirectory("kvops-query-");
            Path file = folder.resolve("answer");
            try {
                ExportFormat kind = form == Form.CSV ? ExportFormat.CSV : ExportFormat.PARQUET;
                warnIf(offline.history()
                        .export(sql, kind, folder, "answer", limits)
                        .truncated());
                if (out == null) {
                    show(Files.readString(file));
                } else {
                    try (InputStream in = Files.newInputStream(file)) {
                        write(out, in);
                    }
                }
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (HistoryException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    private static void write(Path file, InputStream in) throws Failure {
        try {
            Outputs.write(file, in);
        } catch (IOException e) {
            throw new Failure("the answer can't be written to " + file + ": " + Reason.of(e), e);
        }
    }

    private void show(String text) throws Failure {
        String whole = text.endsWith("\n") ? text : text + System.lineSeparator();
        if (out != null) {
            write(out, new ByteArrayInputStream(whole.getBytes(StandardCharsets.UTF_8)));
            return;
        }
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(whole);
        stdout.flush();
    }

    /** Numbers stand to the right. */
    private String table(JsonNode answer) {
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < answer.path("columns").size(); i++) {
            boolean number = answer.path("rows").path(0).path(i).isNumber();
            titles.add((number ? ">" : "") + answer.path("columns").path(i).asText());
        }
        TextTable table = new TextTable(titles.toArray(new String[0]));
        for (JsonNode row : answer.path("rows")) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.isNull() ? "" : cell.isValueNode() ? cell.asText() : cell.toString()));
            table.row(cells.toArray());
        }
        warnIf(answer.path("truncated").asBoolean());
        return table.render();
    }

    private void warnIf(boolean truncated) {
        if (truncated) {
            spec.commandLine().getErr().println("kvops: there are more rows; raise --limit " + limit);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
