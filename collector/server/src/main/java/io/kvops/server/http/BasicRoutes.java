package io.kvops.server.http;

import io.kvops.server.report.ReportHtml;
import io.kvops.server.report.ReportJson;
import io.kvops.server.report.ReportMarkdown;
import io.kvops.server.security.Role;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Health, metrics, the description, the report, and what happens now. */
final class BasicRoutes {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String MARKDOWN = "text/markdown; charset=utf-8";
    private static final String METRICS = PrometheusTextFormatWriter.CONTENT_TYPE;
    /** Of pages that are one file, with their own style and drawings inside: they load nothing. */
    static final String REPORT_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final CollectorView view;

    BasicRoutes(CollectorView view) {
        this.view = view;
    }

    /** How a report is written. */
    enum Form {
        JSON,
        HTML,
        MD
    }

    List<Route> routes() {
        return List.of(
                Route.get("/healthz", null, Route.Place.LOOP, List.of(), ask -> Answer.text(TEXT, "alive\n"))
                        .answering(TEXT),
                Route.get("/readyz", null, Route.Place.LOOP, List.of(), ask -> ready())
                        .answering(TEXT),
                Route.get("/metrics", Role.VIEWER, Route.Place.QUICK, List.of(), ask -> metrics())
                        .answering(METRICS),
                Route.get("/openapi.json", Role.VIEWER, Route.Place.QUICK, List.of(), ask -> description()),
                Route.get(
                                "/api/v1/report",
                                Role.VIEWER,
                                Route.Place.LONG,
                                List.of("last", "from", "to", "format"),
                                this::report)
                        .answering(Answer.JSON, HTML, MARKDOWN),
                Route.get("/api/v1/live", Role.VIEWER, Route.Place.QUICK, List.of(), ask -> Answer.json(view.live())),
                Route.get(
                        "/api/v1/health",
                        Role.VIEWER,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(view.health())));
    }

    private Answer ready() {
        return view.ready()
                ? Answer.text(TEXT, "ready\n")
                : Answer.text(TEXT, "processing what the journal held at start\n")
                        .status(503);
    }

    private Answer metrics() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, view.metrics());
        return Answer.of(METRICS, Buffer.buffer(out.toByteArray()));
    }

    private static Answer description() throws IOException {
        try (InputStream in = BasicRoutes.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IOException("openapi.json is not in this program");
            }
            return Answer.of(Answer.JSON, Buffer.buffer(in.readAllBytes()));
        }
    }

    private Answer report(Ask ask) throws BadRequest {
        Window window = ask.params().window(ask.now(), "1h");
        String wanted = Accept.choose(ask.header("accept"), List.of(Answer.JSON, HTML, MARKDOWN))
                .orElse(Answer.JSON);
        Form byAccept = wanted.equals(HTML) ? Form.HTML : wanted.equals(MARKDOWN) ? Form.MD : Form.JSON;
        return switch (ask.params().choice("format", Form.class, byAccept)) {
            case JSON -> Answer.text(Answer.JSON, ReportJson.render(view.report(window.from(), window.to())));
            case HTML ->
                Answer.text(HTML, ReportHtml.render(view.report(window.from(), window.to())))
                        .with("Content-Security-Policy", REPORT_POLICY);
            case MD -> Answer.text(MARKDOWN, ReportMarkdown.render(view.report(window.from(), window.to())));
        };
    }
}
