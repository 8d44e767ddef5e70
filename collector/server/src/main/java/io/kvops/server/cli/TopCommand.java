package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.report.Quantities;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "top",
        description = "Shows in the terminal what the applications do now: rates, latencies, hot keys; until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  kvops top", "  kvops top --once --rows 5", "  kvops top --once --json"})
final class TopCommand implements Callable<Integer> {
    private static final String HOME_AND_CLEAR = "\033[H\033[J";
    private static final int MAX_ROWS = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Option(names = "--once", description = "Show one picture and end.")
    private boolean once;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "10",
            description = "Rows of each table (default ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--json", description = "Print each picture as a JSON document on a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (rows < 1 || rows > MAX_ROWS) {
            throw new ParameterException(spec.commandLine(), "--rows: " + rows + " (expected 1 to " + MAX_ROWS + ")");
        }
        RestClient client = collector.client();
        if (once) {
            RestClient.Answer answer = client.get("/api/v1/live");
            show(answer.json(), false);
            return 0;
        }
        boolean terminal = Boolean.getBoolean("kvops.terminal.out");
        try (Stream<String> lines = client.lines("/api/v1/stream")) {
            ObjectMapper mapper = new ObjectMapper();
            boolean live = false; // and not news of tasks
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("event:")) {
                    live = line.equals("event: live");
                } else if (live && line.startsWith("data:")) {
                    show(mapper.readTree(line.substring("data:".length())), terminal);
                }
                if (spec.commandLine().getOut().checkError()) {
                    // who read this is gone
                    return 0;
                }
            }
        } catch (UncheckedIOException e) {
            throw new Failure("the collector at " + client.base() + " ended the stream: " + e.getCause(), e);
        }
        throw new Failure("the collector at " + client.base() + " ended the stream; is it stopped?");
    }

    private void show(JsonNode live, boolean terminal) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(live);
        } else {
            out.print((terminal ? HOME_AND_CLEAR : "") + picture(live, rows, terminal));
        }
        out.flush();
    }

    /** All tables of a snapshot. */
    static String picture(JsonNode live, int rows, boolean colours) {
        JsonNode now = live.path("now");
        StringBuilder text = new StringBuilder();
        text.append(colours ? "\033[1mkvops top\033[0m" : "kvops top")
                .append(TextTable.plain("  " + live.path("at").asText() + "  "
                        + Quantities.rate(now.path("opsPerSecond").asDouble()).replace("/s", " ops/s") + ", p50 "
                        + nanos(now, "p50Nanos") + ", p99 " + nanos(now, "p99Nanos") + ", errors "
                        + count(live, "totalErrors") + ", misses " + count(live, "totalMisses") + ", "
                        + live.path("agentsConnected").asInt() + " agents"))
                .append(System.lineSeparator())
                .append(System.lineSeparator());
        TextTable ops =
                new TextTable("STORE", "OP", ">OPS/S", ">P50", ">P90", ">P99", ">MAX", ">COUNT", ">ERRORS", ">MISSES");
        limited(
                live.path("stores"),
                rows,
                op -> ops.row(
                        op.path("store").asText(),
                        op.path("op").asText(),
                        Quantities.rate(op.path("opsPerSecond").asDouble()),
                        nanos(op, "p50Nanos"),
                        nanos(op, "p90Nanos"),
                        nanos(op, "p99Nanos"),
                        nanos(op, "maxNanos"),
                        count(op, "count"),
                        count(op, "errors"),
                        count(op, "misses")));
        text.append(ops.render());
        TextTable keys = new TextTable("HOT KEY (last minute)", "STORE", ">COUNT", ">READS", ">WRITES", "SERVICES");
        limited(
                live.path("hotKeys"),
                rows,
                key -> keys.row(
                        key.path("key").asText(),
                        key.path("store").asText(),
                        count(key, "count"),
                        count(key, "reads"),
                        count(key, "writes"),
                        joined(key.path("services"))));
        append(text, keys);
        TextTable slow = new TextTable("SLOW (last five minutes)", "SERVICE", "STORE", "OP", "KEY", ">LATENCY");
        limited(
                live.path("slowestSlowOps"),
                rows,
                op -> slow.row(
                        op.path("at").asText(),
                        op.path("service").asText(),
                        op.path("store").asText(),
                        op.path("op").asText(),
                        op.path("key").asText(),
                        nanos(op, "latencyNanos")));
        append(text, slow);
        return text.toString();
    }

    private static void append(StringBuilder text, TextTable table) {
        if (!table.isEmpty()) {
            text.append(System.lineSeparator()).append(table.render());
        }
    }

    private static void limited(JsonNode list, int rows, java.util.function.Consumer<JsonNode> each) {
        for (int i = 0; i < Math.min(rows, list.size()); i++) {
            each.accept(list.get(i));
        }
    }

    private static String joined(JsonNode names) {
        StringBuilder joined = new StringBuilder();
        names.forEach(name -> joined.append(joined.isEmpty() ? "" : ", ").append(name.asText()));
        return joined.toString();
    }

    private static String nanos(JsonNode node, String field) {
        return Quantities.nanos(node.path(field).asLong());
    }

    private static String count(JsonNode node, String field) {
        return Quantities.count(node.path(field).asLong());
    }
}
