package io.kvops.server.report;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One table of a report, free of any form: {@link ReportHtml} and {@link ReportMarkdown} write the same.
 *
 * @param id names it in links, [a-z]+
 * @param title heading
 * @param note what its numbers are, one line; empty if it needs none
 * @param none what to say where there are no rows
 * @param rows the most important first
 * @param most how many of them are written; the rest is in report.json
 */
record Table<T>(String id, String title, String note, String none, List<Column<T>> columns, List<T> rows, int most) {
    /** What a person may want to scroll through. */
    private static final int USUAL_ROWS = 200;

    Table(String id, String title, String note, String none, List<Column<T>> columns, List<T> rows) {
        this(id, title, note, none, columns, rows, USUAL_ROWS);
    }

    List<T> shown() {
        return rows.subList(0, Math.min(rows.size(), most));
    }

    /** What was left out, or an empty text. */
    String rest() {
        int more = rows.size() - most;
        return more <= 0 ? "" : Quantities.exact(more) + " more are in report.json.";
    }

    /** What a cell holds. */
    enum Kind {
        TEXT,
        /** A key or a pattern: text from outside, in a fixed-width type. */
        KEY,
        NUMBER,
        /** A picture of three latencies; only a page has it. */
        SPAN
    }

    /**
     * One column. Functions return plain text, in which text from outside is {@linkplain VisibleText visible} already;
     * escaping it is the writer's job.
     *
     * @param exact the value with all its digits, for a tooltip; null if the text says all
     * @param share length of a bar, 0 to 1; null for none
     * @param bad true where the value deserves a warning
     * @param span positions of p50, p99 and maximum, each 0 to 1; only with {@link Kind#SPAN}
     */
    record Column<T>(
            String name,
            Kind kind,
            Function<T, String> text,
            @Nullable Function<T, String> exact,
            @Nullable ToDoubleFunction<T> share,
            Predicate<T> bad,
            @Nullable Function<T, double[]> span) {

        static <T> Column<T> text(String name, Function<T, @Nullable String> value) {
            return new Column<>(
                    name,
                    Kind.TEXT,
                    row -> VisibleText.of(value.apply(row)),
                    row -> VisibleText.of(value.apply(row), VisibleText.LONG),
                    null,
                    row -> false,
                    null);
        }

        static <T> Column<T> key(String name, Function<T, @Nullable String> value) {
            Column<T> text = text(name, value);
            return new Column<>(name, Kind.KEY, text.text, text.exact, null, text.bad, null);
        }

        static <T> Column<T> number(String name, Function<T, String> text, Function<T, String> exact) {
            return new Column<>(name, Kind.NUMBER, text, exact, null, row -> false, null);
        }

        static <T> Column<T> count(String name, ToLongFunction<T> value) {
            return number(
                    name,
                    row -> Quantities.count(value.applyAsLong(row)),
                    row -> Quantities.exact(value.applyAsLong(row)));
        }

        static <T> Column<T> latency(String name, ToLongFunction<T> nanos) {
            return number(
                    name,
                    row -> Quantities.nanos(nanos.applyAsLong(row)),
                    row -> Quantities.exactNanos(nanos.applyAsLong(row)));
        }

        static <T> Column<T> rate(String name, ToDoubleFunction<T> perSecond) {
            return number(
                    name,
                    row -> Quantities.rate(perSecond.applyAsDouble(row)),
                    row -> Quantities.exact(perSecond.applyAsDouble(row)) + " /s");
        }

        static <T> Column<T> bytes(String name, ToLongFunction<T> bytes) {
            return number(
                    name,
                    row -> Quantities.bytes(bytes.applyAsLong(row)),
                    row -> Quantities.exact(bytes.applyAsLong(row)) + " B");
        }

        static <T> Column<T> percent(String name, ToDoubleFunction<T> share) {
            return new Column<>(
                    name,
                    Kind.NUMBER,
                    row -> Quantities.percent(share.applyAsDouble(row)),
                    null,
                    share,
                    row -> false,
                    null);
        }

        /** Errors: 0 is good. */
        static <T> Column<T> errors(ToLongFunction<T> errors) {
            Column<T> count = count("Errors", errors);
            return new Column<>(
                    count.name, count.kind, count.text, count.exact, null, row -> errors.applyAsLong(row) > 0, null);
        }

        static <T> Column<T> span(String name, Function<T, double[]> span) {
            return new Column<>(name, Kind.SPAN, row -> "", null, null, row -> false, span);
        }

        Column<T> withShare(ToDoubleFunction<T> length) {
            return new Column<>(name, kind, text, exact, length, bad, span);
        }
    }
}
