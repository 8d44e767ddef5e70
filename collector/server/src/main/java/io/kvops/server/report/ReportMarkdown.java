package io.kvops.server.report;

import io.kvops.analyzer.Report;
import io.kvops.server.report.Table.Column;
import io.kvops.server.report.Table.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a report as Markdown (GitHub's, for its tables), aligned so that it reads well as plain text, too. */
public final class ReportMarkdown {
    private static final int STACKS = 5;

    /** Keys that may stand in a code span as they are. */
    private static final Pattern TAME = Pattern.compile("[A-Za-z0-9:._/{}@,=+#()-]{1,160}");

    private final StringBuilder out = new StringBuilder(16 * 1024);
    private final Report report;

    private ReportMarkdown(Report report) {
        this.report = report;
    }

    /** The text, with \n line ends; equal reports give equal texts. */
    public static String render(Report report) {
        return new ReportMarkdown(report).document();
    }

    private String document() {
        head();
        findings();
        table(ReportTables.operations(report));
        table(ReportTables.queryTypes(report));
        if (report.services().size() > 1) {
            table(ReportTables.services(report));
        }
        table(ReportTables.patterns(report));
        table(ReportTables.hotKeys(report));
        table(ReportTables.slowOps(report));
        stacks();
        table(ReportTables.series(report));
        table(ReportTables.internal(report));
        table(ReportTables.dropped(report));
        table(ReportTables.agents(report));
        heading("What the numbers mean");
        for (String[] term : Summary.MEANING) {
            line("- **" + term[0] + "**: " + escape(term[1]));
        }
        return out.toString();
    }

    private void head() {
        Report.Window window = report.window();
        line("# kvops report");
        line("");
        line(Quantities.at(window.from()) + " to " + Quantities.at(window.to()) + " UTC"
                + (window.coveredSeconds() > 0 ? "; data of " + Quantities.seconds(window.coveredSeconds()) : ""));
        String services = services(report);
        if (!services.isEmpty()) {
            line("");
            line(escape(services));
        }
        line("");
        List<List<String>> rows = new ArrayList<>();
        for (Summary.Figure figure : Summary.of(report)) {
            rows.add(List.of(figure.name(), figure.text(), figure.exact(), figure.hint()));
        }
        grid(List.of("Figure", "Value", "Exactly", ""), List.of(false, true, true, false), rows);
    }

    /** One line that says who reported; empty if nobody did. */
    static String services(Report report) {
        return report.services().isEmpty()
                ? ""
                : report.services().stream()
                        .limit(20)
                        .map(s -> VisibleText.of(s.service()) + " (" + s.instances()
                                + (s.instances() == 1 ? " instance)" : " instances)"))
                        .collect(Collectors.joining(
                                ", ", "Services: ", report.services().size() > 20 ? ", ..." : ""));
    }

    private void findings() {
        heading("Findings");
        if (report.findings().isEmpty()) {
            line("Nothing that deserves attention.");
        }
        for (Report.Finding finding : report.findings()) {
            line("- **" + escape(VisibleText.of(finding.severity()).toUpperCase(Locale.ROOT)) + ": "
                    + escape(VisibleText.of(finding.title(), VisibleText.LONG)) + "**");
            line("  " + escape(VisibleText.of(finding.evidence(), VisibleText.LONG)));
            line("  Advice: " + escape(VisibleText.of(finding.advice(), VisibleText.LONG)));
        }
    }

    private <T> void table(Table<T> table) {
        heading(table.title());
        if (table.rows().isEmpty()) {
            line(table.none());
            return;
        }
        if (!table.note().isEmpty()) {
            line(escape(table.note()));
            line("");
        }
        List<Column<T>> columns =
                table.columns().stream().filter(c -> c.kind() != Kind.SPAN).toList();
        List<List<String>> rows = new ArrayList<>();
        for (T row : table.shown()) {
            List<String> cells = new ArrayList<>(columns.size());
            for (Column<T> column : columns) {
                String text = column.text().apply(row);
                cells.add(column.kind() == Kind.KEY ? key(text) : escape(text));
            }
            rows.add(cells);
        }
        grid(
                columns.stream().map(Column::name).toList(),
                columns.stream().map(c -> c.kind() == Kind.NUMBER).toList(),
                rows);
        if (!table.rest().isEmpty()) {
            line("");
            line(table.rest());
        }
    }

    private void stacks() {
        int shown = 0;
        for (Report.SlowOp op : report.slowOps()) {
            if (!op.stack().isEmpty() && shown++ < STACKS) {
                line("");
                line(escape(VisibleText.of(op.op())) + ", " + Quantities.nanos(op.latencyNanos()) + ", called from:");
                line("");
                // indented, so that nothing in it can end the block
                op.stack().forEach(frame -> line("    " + VisibleText.of(frame, VisibleText.LONG)));
            }
        }
    }

    private void grid(List<String> names, List<Boolean> right, List<List<String>> rows) {
        int[] widths = new int[names.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(3, width(names.get(i)));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        gridLine(names, right, widths);
        StringBuilder rule = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            rule.append(' ')
                    .append("-".repeat(widths[i] - (right.get(i) ? 1 : 0)))
                    .append(right.get(i) ? ":" : "")
                    .append(" |");
        }
        line(rule.toString());
        rows.forEach(row -> gridLine(row, right, widths));
    }

    private void gridLine(List<String> cells, List<Boolean> right, int[] widths) {
        StringBuilder row = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            String padding = " ".repeat(widths[i] - width(cell));
            row.append(' ')
                    .append(right.get(i) ? padding + cell : cell + padding)
                    .append(" |");
        }
        line(row.toString());
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private void heading(String title) {
        line("");
        line("## " + title);
        line("");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    /** A key in a code span if nothing in it means anything to Markdown, else escaped. */
    static String key(String visible) {
        return TAME.matcher(visible).matches() ? "`" + visible + "`" : escape(visible);
    }

    /** Text that Markdown takes as text, in a table, too. Control characters are gone already. */
    static String escape(String visible) {
        StringBuilder escaped = new StringBuilder(visible.length() + 8);
        for (int i = 0; i < visible.length(); i++) {
            char c = visible.charAt(i);
            switch (c) {
                case '\\', '`', '*', '_', '[', ']', '|', '~', '#', '!' ->
                    escaped.append('\\').append(c);
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
