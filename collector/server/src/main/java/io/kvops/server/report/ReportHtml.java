package io.kvops.server.report;

import io.kvops.analyzer.Report;
import io.kvops.server.report.Table.Column;
import io.kvops.server.report.Table.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Writes a report as one self-contained page: no script, nothing loaded from anywhere, readable on a phone and on paper.
 * Rounded numbers have their exact value as a tooltip.
 */
public final class ReportHtml {
    private static final String STYLE = resource("report.css");

    private final HtmlWriter html = new HtmlWriter();
    private final Report report;

    private ReportHtml(Report report) {
        this.report = report;
    }

    /** The page, as UTF-8 text; equal reports give equal pages. */
    public static String render(Report report) {
        return new ReportHtml(report).page();
    }

    private String page() {
        html.markup("<!doctype html>\n").open("html", "lang", "en").markup("\n<head>\n<meta charset=\"utf-8\">\n");
        html.element("title", "kvops report, " + Quantities.at(report.window().from()) + " UTC")
                .markup("\n");
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .markup("<meta name=\"color-scheme\" content=\"light dark\">\n<style>\n")
                .markup(STYLE)
                .markup("</style>\n</head>\n<body>\n");
        head();
        html.open("main").markup("\n");
        summary();
        findings();
        timeline();
        table(ReportTables.operations(report));
        table(ReportTables.queryTypes(report));
        if (report.services().size() > 1) {
            table(ReportTables.services(report));
        }
        table(ReportTables.patterns(report));
        table(ReportTables.hotKeys(report));
        slowOps();
        folded(ReportTables.series(report));
        folded(ReportTables.internal(report));
        table(ReportTables.dropped(report));
        table(ReportTables.agents(report));
        meaning();
        return html.closeLine("main").markup("</body>\n</html>\n").toString();
    }

    private void head() {
        Report.Window window = report.window();
        html.open("header").element("h1", "kvops report").open("p");
        html.text(Quantities.at(window.from()) + " to " + Quantities.at(window.to()) + " UTC");
        if (window.coveredSeconds() > 0) {
            html.text("; data of " + Quantities.seconds(window.coveredSeconds()) + " from "
                    + Quantities.clock(window.coveredFrom()) + " to " + Quantities.clock(window.coveredTo()));
        }
        html.close("p");
        String services = ReportMarkdown.services(report);
        if (!services.isEmpty()) {
            html.element("p", services, "class", "muted");
        }
        html.open("nav", "aria-label", "Parts");
        for (String[] part : new String[][] {
            {"findings", "Findings"},
            {"timeline", "Timeline"},
            {"operations", "Operations"},
            {"patterns", "Patterns"},
            {"hotkeys", "Hot keys"},
            {"slow", "Slow operations"},
            {"dropped", "Not kept"},
            {"meaning", "What the numbers mean"}
        }) {
            html.element("a", part[1], "href", "#" + part[0]).text(" ");
        }
        html.close("nav").closeLine("header");
    }

    private void summary() {
        html.open("section", "aria-label", "Summary").open("dl", "class", "tiles");
        for (Summary.Figure figure : Summary.of(report)) {
            html.open("div", "class", figure.bad() ? "bad" : "")
                    .element("dt", figure.name())
                    .element("dd", figure.text(), "title", figure.exact())
                    .element("dd", figure.hint(), "class", "hint")
                    .close("div");
        }
        html.close("dl").closeLine("section");
    }

    private void findings() {
        html.open("section", "id", "findings").element("h2", "Findings");
        if (report.findings().isEmpty()) {
            html.element("p", "Nothing that deserves attention.", "class", "muted");
        }
        for (Report.Finding finding : report.findings()) {
            String severity = VisibleText.of(finding.severity()).toLowerCase(Locale.ROOT);
            html.open("article", "class", "finding " + severity)
                    .open("h3")
                    .element("span", severity, "class", "badge")
                    .text(" " + VisibleText.of(finding.title(), VisibleText.LONG))
                    .close("h3")
                    .element("p", VisibleText.of(finding.evidence(), VisibleText.LONG))
                    .open("p", "class", "advice")
                    .element("strong", "Advice: ")
                    .text(VisibleText.of(finding.advice(), VisibleText.LONG))
                    .close("p")
                    .closeLine("article");
        }
        html.closeLine("section");
    }

    private void timeline() {
        html.open("section", "id", "timeline").element("h2", "Timeline");
        if (report.timeline().isEmpty()) {
            html.element("p", "No data in this window.", "class", "muted");
        } else {
            double step = report.timeline().get(0).seconds();
            html.element(
                    "p",
                    "A step is " + Quantities.seconds(step)
                            + "; times are UTC. Hold the pointer over a step for its values.",
                    "class",
                    "muted");
            html.open("div", "class", "charts");
            TimelineChart.throughput(report.timeline()).write(html);
            TimelineChart.latency(report.timeline()).write(html);
            html.close("div");
        }
        html.closeLine("section");
    }

    private <T> void table(Table<T> table) {
        html.open("section", "id", table.id()).element("h2", table.title());
        body(table);
        html.closeLine("section");
    }

    private <T> void folded(Table<T> table) {
        html.open("section", "id", table.id()).open("details").open("summary");
        html.element("h2", table.title())
                .element("span", " " + Quantities.exact(table.rows().size()), "class", "muted")
                .close("summary");
        body(table);
        html.close("details").closeLine("section");
    }

    private <T> void body(Table<T> table) {
        if (!table.note().isEmpty()) {
            html.element("p", table.note(), "class", "muted");
        }
        if (table.rows().isEmpty()) {
            html.element("p", table.none(), "class", "muted");
            return;
        }
        html.open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", table.title())
                .open("table")
                .open("thead")
                .open("tr");
        for (Column<T> column : table.columns()) {
            html.element("th", column.name(), "scope", "col", "class", style(column));
        }
        html.close("tr").close("thead").markup("\n").open("tbody").markup("\n");
        for (T row : table.shown()) {
            html.open("tr");
            for (Column<T> column : table.columns()) {
                cell(column, row);
            }
            html.closeLine("tr");
        }
        html.close("tbody").close("table").closeLine("div");
        if (!table.rest().isEmpty()) {
            html.element("p", table.rest(), "class", "muted");
        }
    }

    private <T> void cell(Column<T> column, T row) {
        String style = style(column) + (column.bad().test(row) ? " bad" : "");
        Function<T, double[]> span = column.span();
        if (span != null) {
            html.open("td", "class", style);
            span(span.apply(row));
            html.close("td");
            return;
        }
        String text = column.text().apply(row);
        String exact = column.exact() == null ? text : column.exact().apply(row);
        if (exact.equals(text)) {
            html.open("td", "class", style);
        } else {
            html.open("td", "class", style, "title", exact);
        }
        if (column.kind() == Kind.KEY) {
            html.element("code", text, "dir", "ltr");
        } else {
            html.text(text);
        }
        if (column.share() != null) {
            double share = Math.min(1, Math.max(0, column.share().applyAsDouble(row)));
            html.open("span", "class", "bar", "style", "--share:" + percent(share))
                    .close("span");
        }
        html.close("td");
    }

    private void span(double[] places) {
        html.open(
                        "span",
                        "class",
                        "span",
                        "style",
                        "--from:" + percent(places[0]) + ";--to:" + percent(places[1]) + ";--max:" + percent(places[2]),
                        "aria-hidden",
                        "true")
                .open("i")
                .close("i")
                .open("b")
                .close("b")
                .close("span");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * 100);
    }

    private static String style(Column<?> column) {
        return switch (column.kind()) {
            case NUMBER -> "n";
            case KEY -> "k";
            case SPAN -> "s";
            case TEXT -> "t";
        };
    }

    private void slowOps() {
        Table<Report.SlowOp> table = ReportTables.slowOps(report);
        html.open("section", "id", table.id()).element("h2", table.title());
        html.element("p", report.slowOps().isEmpty() ? table.none() : table.note(), "class", "muted");
        for (Report.SlowOp op : table.shown()) {
            html.open("details", "class", "slow").open("summary");
            List<Column<Report.SlowOp>> columns = table.columns();
            for (Column<Report.SlowOp> column : columns) {
                String exact = column.exact() == null ? "" : column.exact().apply(op);
                String element = column.kind() == Kind.KEY ? "code" : "span";
                html.element(
                                element,
                                column.text().apply(op),
                                "class",
                                column.name().toLowerCase(Locale.ROOT),
                                "title",
                                column.name() + ": " + exact)
                        .text(" ");
            }
            html.close("summary");
            if (op.stack().isEmpty()) {
                html.element(
                        "p", "No stack was taken; slow.stack=true in the agent's options takes one.", "class", "muted");
            } else {
                html.open("pre");
                op.stack()
                        .forEach(frame -> html.text(VisibleText.of(frame, VisibleText.LONG))
                                .text("\n"));
                html.close("pre");
            }
            html.closeLine("details");
        }
        if (!table.rest().isEmpty()) {
            html.element("p", table.rest(), "class", "muted");
        }
        html.closeLine("section");
    }

    private void meaning() {
        html.open("section", "id", "meaning")
                .element("h2", "What the numbers mean")
                .open("dl", "class", "meaning");
        for (String[] term : Summary.MEANING) {
            html.element("dt", term[0]).element("dd", term[1]);
        }
        html.close("dl").closeLine("section");
    }

    static String resource(String name) {
        try (InputStream in = ReportHtml.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program's own jar; build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
