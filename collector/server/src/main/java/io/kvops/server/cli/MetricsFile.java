package io.kvops.server.cli;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Recorded metrics in a CSV file with the columns {@code time,store,part,dimension,metric,value,limit}: time in ISO-8601 or in
 * seconds since 1970, part empty for a whole store, limit empty where there is none. Of a metric whose name ends with {@code
 * total} the growth a second is looked at.
 */
final class MetricsFile {
    static final String COLUMNS = "time,store,part,dimension,metric,value,limit";

    /** A metric whose name ends so only grows, until its process begins anew. */
    private static final String TOTAL = "total";

    private MetricsFile() {}

    /** Records all of a file; returns its stores, in their order. */
    static Set<String> read(Path file, CapacityPlanner planner) throws Failure {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new Failure("--input " + file + " is not a file that can be read; give a CSV file of " + COLUMNS);
        }
        Set<String> stores = new LinkedHashSet<>();
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
            boolean first = true;
            for (NamedCsvRecord row : reader) {
                if (first && !row.getHeader().containsAll(List.of("time", "store", "dimension", "metric", "value"))) {
                    throw new Failure("--input " + file + " has the columns " + row.getHeader() + " (expected "
                            + COLUMNS + ", part and limit may be left out)");
                }
                first = false;
                stores.add(take(row, planner));
            }
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new Failure("--input " + file + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new Failure("--input " + file + " cannot be read as CSV: " + e.getMessage(), e);
        }
        if (stores.isEmpty()) {
            throw new Failure("--input " + file + " holds no metrics (expected rows of " + COLUMNS + ")");
        }
        return stores;
    }

    private static String take(NamedCsvRecord row, CapacityPlanner planner) {
        long line = row.getStartingLineNumber();
        String store = field(row, "store");
        String dimension = field(row, "dimension");
        Resource resource;
        try {
            Dimension d = Dimension.valueOf(dimension.toUpperCase(Locale.ROOT));
            resource = new Resource(store, field(row, "part"), d, field(row, "metric"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + line + ": store '" + store + "', dimension '" + dimension
                    + "' (expected a store and a metric; storage, memory, throughput, latency, connections or other)");
        }
        String limit = field(row, "limit");
        if (!limit.isEmpty()) {
            planner.limit(resource, number(limit, "limit", line));
        }
        String value = field(row, "value");
        Instant at = time(field(row, "time"), line);
        double measured = value.isEmpty() ? Double.NaN : number(value, "value", line);
        if (resource.metric().endsWith(TOTAL)) {
            planner.recordTotal(resource, at, measured);
        } else {
            planner.record(resource, at, measured);
        }
        return store;
    }

    private static String field(NamedCsvRecord row, String name) {
        return row.findField(name).orElse("").strip();
    }

    private static double number(String text, String what, long line) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("line " + line + ": " + what + " '" + text + "' is not a number");
        }
    }

    private static Instant time(String text, long line) {
        try {
            return text.matches("\\d{1,11}") ? Instant.ofEpochSecond(Long.parseLong(text)) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("line " + line + ": time '" + text
                    + "' (expected one such as 2026-03-01T00:00:00Z, or seconds since 1970)");
        }
    }
}
