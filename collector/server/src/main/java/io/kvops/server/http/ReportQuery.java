package io.kvops.server.http;

import io.kvops.server.config.Amounts;
import io.kvops.server.config.Nearest;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The window and the form that somebody asks a report for.
 *
 * @param from begin, inclusive
 * @param to end, exclusive; after from
 * @param form how it is written
 */
record ReportQuery(Instant from, Instant to, Form form) {
    private static final List<String> KNOWN = List.of("last", "from", "to", "format");
    private static final Duration LONGEST = Duration.ofDays(3660);
    /** Instants outside what report.json can hold readably would only be mistakes. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** How a report is written. */
    enum Form {
        JSON("application/json"),
        HTML("text/html; charset=utf-8"),
        MD("text/markdown; charset=utf-8");

        final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }
    }

    static ReportQuery of(MultiMap parameters, @Nullable String accept, Instant now) throws BadRequest {
        for (String name : parameters.names()) {
            if (!KNOWN.contains(name)) {
                String nearest = Nearest.of(name, KNOWN);
                throw new BadRequest(
                        400,
                        "unknown parameter " + name
                                + (nearest == null
                                        ? "; known: " + String.join(", ", KNOWN)
                                        : "; did you mean " + nearest + "?"));
            }
            if (parameters.getAll(name).size() > 1) {
                throw new BadRequest(400, name + " is given more than once");
            }
        }
        Form form = form(parameters.get("format"), accept);
        String last = parameters.get("last");
        String from = parameters.get("from");
        String to = parameters.get("to");
        if (from == null && to == null) {
            return new ReportQuery(now.minus(last(last == null ? "1h" : last)), now, form);
        }
        if (last != null) {
            throw new BadRequest(400, "last goes alone, without from and to");
        }
        if (from == null) {
            throw new BadRequest(400, "to needs from as well");
        }
        Instant begin = instant("from", from);
        Instant end = to == null ? now : instant("to", to);
        if (!begin.isBefore(end)) {
            throw new BadRequest(400, "from " + begin + " is not before to " + end);
        }
        return new ReportQuery(begin, end, form);
    }

    private static Duration last(String text) throws BadRequest {
        Optional<Duration> duration = Amounts.duration(text)
                .filter(d -> d.compareTo(Duration.ofSeconds(1)) >= 0 && d.compareTo(LONGEST) <= 0);
        if (duration.isEmpty()) {
            throw new BadRequest(
                    400, "last: " + text + " (expected a duration from 1s to 3660d, such as 90s, 15m, 1h or 7d)");
        }
        return duration.get();
    }

    private static Instant instant(String name, String text) throws BadRequest {
        try {
            Instant read = Instant.parse(text);
            if (read.isBefore(Instant.EPOCH) || read.isAfter(LATEST)) {
                throw new BadRequest(400, name + ": " + text + " (expected a time from 1970 to 9999)");
            }
            return read;
        } catch (DateTimeParseException e) {
            throw new BadRequest(
                    400, name + ": " + text + " (expected an ISO-8601 time in UTC, such as 2026-01-31T12:00:00Z)");
        }
    }

    private static Form form(@Nullable String format, @Nullable String accept) throws BadRequest {
        if (format != null) {
            for (Form form : Form.values()) {
                if (form.name().equalsIgnoreCase(format)) {
                    return form;
                }
            }
            throw new BadRequest(400, "format: " + format + " (expected json, html or md)");
        }
        if (accept == null || accept.isBlank()) {
            return Form.JSON;
        }
        // first match in the order of the header; quality values are left out: no client in use needs them here
        for (String part : accept.split(",", 20)) {
            String type = part.split(";", 2)[0].strip();
            switch (type) {
                case "application/json", "application/*", "*/*" -> {
                    return Form.JSON;
                }
                case "text/html", "text/*" -> {
                    return Form.HTML;
                }
                case "text/markdown" -> {
                    return Form.MD;
                }
                default -> {}
            }
        }
        throw new BadRequest(406, "there are application/json, text/html and text/markdown");
    }
}
