package io.kvops.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application counted itself ({@code truth.json}) beside what was reported ({@code report.json}).
 *
 * @param total over all operations; the reported one is {@code totals.ops}
 * @param byStoreOp one line for each store/op that either side knows, by name; the reported ones are sums over series
 */
public record Comparison(Line total, List<Line> byStoreOp) {
    public Comparison {
        byStoreOp = List.copyOf(byStoreOp);
    }

    /**
     * Two counts of the same.
     *
     * @param name store/op
     * @param counted by the application
     * @param reported by the collector
     */
    public record Line(String name, long counted, long reported) {
        public boolean equal() {
            return counted == reported;
        }
    }

    /** Reads both files. */
    public static Comparison of(Path truth, Path report) throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode counted = json.readTree(Files.readAllBytes(truth));
        JsonNode reported = json.readTree(Files.readAllBytes(report));
        Map<String, Long> counts = new TreeMap<>();
        counted.path("byStoreOp")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
        Map<String, Long> reports = new TreeMap<>();
        for (JsonNode series : reported.path("series")) {
            reports.merge(
                    series.path("store").asText() + "/" + series.path("op").asText(),
                    series.path("count").asLong(),
                    Long::sum);
        }
        TreeSet<String> names = new TreeSet<>(counts.keySet());
        names.addAll(reports.keySet());
        List<Line> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(new Line(name, counts.getOrDefault(name, 0L), reports.getOrDefault(name, 0L)));
        }
        Line total = new Line(
                "total",
                counted.path("ops").asLong(-1),
                reported.path("totals").path("ops").asLong(-1));
        return new Comparison(total, lines);
    }

    /** True if every number is the same on both sides. */
    public boolean exact() {
        return total.equal() && byStoreOp.stream().allMatch(Line::equal);
    }

    /** The lines whose two numbers differ. */
    public List<Line> differences() {
        List<Line> different = new ArrayList<>();
        for (Line line : byStoreOp) {
            if (!line.equal()) {
                different.add(line);
            }
        }
        if (!total.equal()) {
            different.add(total);
        }
        return different;
    }

    /** An aligned table of the given lines. */
    public static String table(List<Line> lines) {
        int width = "operation".length();
        for (Line line : lines) {
            width = Math.max(width, line.name().length());
        }
        String format = "  %-" + width + "s  %15s  %15s  %s%n";
        StringBuilder table = new StringBuilder(
                String.format(format, "operation", "application", "kvops", "").stripTrailing());
        table.append(System.lineSeparator());
        for (Line line : lines) {
            table.append(String.format(
                    format,
                    line.name(),
                    String.format("%,d", line.counted()),
                    String.format("%,d", line.reported()),
                    line.equal() ? "=" : "differs by " + String.format("%+,d", line.reported() - line.counted())));
        }
        return table.toString();
    }
}
