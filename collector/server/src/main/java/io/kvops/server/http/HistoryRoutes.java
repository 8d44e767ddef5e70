package io.kvops.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.history.ExportFormat;
import io.kvops.history.Exported;
import io.kvops.history.HistoryException;
import io.kvops.history.QueryLimits;
import io.kvops.server.config.Amounts;
import io.kvops.server.report.ReportJson;
import io.kvops.server.security.Role;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks the history in SQL, says how it is, backs it up and exports from it. */
final class HistoryRoutes {
    /** An answer that is cut at the limit of rows, in a form that cannot say so. */
    static final String TRUNCATED = "X-Kvops-Truncated";

    private static final String CSV = "text/csv";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
    private static final int USUAL_ROWS = 10_000;
    private static final int MOST_ROWS = 1_000_000;
    private static final int MOST_EXPORTED_ROWS = 10_000_000;
    private static final long MOST_FILE_BYTES = 64L << 20;

    private final CollectorView view;
    private final Audit audit;

    HistoryRoutes(CollectorView view, Audit audit) {
        this.view = view;
        this.audit = audit;
    }

    private record Backup(String folder, long position) {}

    private record Export(String file, long rows, boolean truncated) {}

    /** Places that are being written to. At most one for each thread that answers. */
    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();

    List<Route> routes() {
        return List.of(
                Route.post("/api/v1/query", Role.OPERATOR, Route.Place.LONG, List.of(Answer.JSON), this::query)
                        .answering(Answer.JSON, CSV, PARQUET),
                Route.get(
                        "/api/v1/history",
                        Role.VIEWER,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(view.history().stats())),
                Route.post("/api/v1/history/backup", Role.ADMIN, Route.Place.LONG, List.of(Answer.JSON), this::backup),
                Route.post("/api/v1/history/export", Role.ADMIN, Route.Place.LONG, List.of(Answer.JSON), this::export),
                Route.post("/api/v1/history/upkeep", Role.OPERATOR, Route.Place.LONG, List.of(""), this::upkeep));
    }

    private Answer query(Ask ask) throws BadRequest, IOException, HistoryException {
        ObjectNode body = ask.body().object(List.of("sql", "timeout", "limit"));
        String sql = Body.text(body, "sql");
        QueryLimits limits = limits(body, USUAL_ROWS, MOST_ROWS);
        if (!ask.caller().role().covers(EventRoutes.AUDIT)) {
            limits = limits.hiding(Audit.KIND);
        }
        String type = Accept.choose(ask.header("accept"), List.of(Answer.JSON, CSV, PARQUET))
                .orElse(Answer.JSON);
        return type.equals(Answer.JSON) ? Answer.json(view.history().query(sql, limits)) : file(sql, limits, type);
    }

    private static QueryLimits limits(ObjectNode body, int usualRows, int mostRows) throws BadRequest {
        String text = body.has("timeout") ? Body.text(body, "timeout") : Amounts.text(USUAL_TIMEOUT);
        Duration timeout = Amounts.duration(text)
                .filter(d -> d.toMillis() >= 1 && d.compareTo(LONGEST_TIMEOUT) <= 0)
                .orElseThrow(() -> new BadRequest(400, "timeout: " + text + " (expected 1ms to 10m)"));
        return new QueryLimits(timeout, Body.integer(body, "limit", usualRows, 1, mostRows));
    }

    private Answer file(String sql, QueryLimits limits, String type) throws HistoryException, IOException, BadRequest {
        Path folder = Files.createTempDirectory("kvops-query-");
        Path file = folder.resolve("answer");
        try {
            Exported exported = view.history()
                    .export(sql, type.equals(CSV) ? ExportFormat.CSV : ExportFormat.PARQUET, folder, "answer", limits);
            if (Files.size(file) > MOST_FILE_BYTES) {
                throw new BadRequest(422, "the answer has " + Files.size(file) + " bytes (expected at most 64 MiB)");
            }
            return Answer.of(type, Buffer.buffer(Files.readAllBytes(file)))
                    .with(TRUNCATED, Boolean.toString(exported.truncated()));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private Answer backup(Ask ask) throws Exception {
        String name = Body.text(ask.body().object(List.of("name")), "name");
        return into(backups(), name, folder -> {
            audit.record(ask, "history", "Backs up the history", Map.of("folder", folder.toString()));
            return Answer.json(new Backup(folder.toString(), view.history().backup(folder)));
        });
    }

    /** Into a folder beside that of the backups. */
    private Answer export(Ask ask) throws Exception {
        ObjectNode body = ask.body().object(List.of("name", "format", "sql", "timeout", "limit"));
        String sql = Body.text(body, "sql");
        ExportFormat format = format(Body.text(body, "format"));
        QueryLimits limits = limits(body, MOST_ROWS, MOST_EXPORTED_ROWS);
        Path folder = backups().resolveSibling("history-exports");
        return into(folder, Body.text(body, "name"), file -> {
            audit.record(ask, "history", "Exports from the history", Map.of("file", file.toString(), "sql", sql));
            Files.createDirectories(folder);
            String name = String.valueOf(file.getFileName());
            Exported exported = view.history().export(sql, format, folder, name, limits);
            return Answer.json(new Export(file.toString(), exported.rows(), exported.truncated()));
        });
    }

    private static ExportFormat format(String text) throws BadRequest {
        for (ExportFormat format : ExportFormat.values()) {
            if (ReportJson.name(format).equals(text)) {
                return format;
            }
        }
        throw new BadRequest(400, "format: " + text + " (expected csv, json or parquet)");
    }

    private Path backups() throws BadRequest {
        return view.backups()
                .orElseThrow(() -> new BadRequest(404, "this collector has no folder for backups and exports"));
    }

    /** Writes something to a place. */
    private interface Writer {
        Answer write(Path place) throws Exception;
    }

    /** To a place in that folder where nothing is yet, and nobody else writes to. */
    private Answer into(Path folder, String name, Writer writer) throws Exception {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new BadRequest(400, "name: expected 1 to 64 letters, digits, dots, underscores or hyphens");
        }
        Path place = folder.resolve(name);
        if (!underWay.add(place)) {
            throw new BadRequest(409, place + " is being written already; choose another name");
        }
        try {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw new BadRequest(409, "there is " + place + " already; choose another name");
            }
            return writer.write(place);
        } finally {
            underWay.remove(place);
        }
    }

    private Answer upkeep(Ask ask) throws BadRequest, HistoryException {
        audit.record(ask, "history", "Merges, archives and expires what is due", Map.of());
        view.history().upkeep();
        return Answer.json(view.history().stats());
    }
}
