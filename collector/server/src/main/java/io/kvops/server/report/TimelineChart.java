package io.kvops.server.report;

import io.kvops.analyzer.Report.TimelinePoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A timeline as SVG that needs no script. The drawing stretches with the page, its lines do not; what is written beside it
 * is HTML, so that it stays readable on a phone. Tooltips hold the exact values of a step.
 */
final class TimelineChart {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 200;
    private static final int MOST_TOOLTIPS = 600;

    /** @param style the CSS class that colours it; "area" is filled */
    record Line(String style, String name, ToDoubleFunction<TimelinePoint> value) {}

    private final String title;
    private final List<TimelinePoint> points;
    private final List<Line> lines;
    private final DoubleFunction<String> words;
    private final Scale scale;

    private TimelineChart(
            String title,
            List<TimelinePoint> points,
            List<Line> lines,
            DoubleFunction<String> words,
            boolean logarithmic) {
        this.title = title;
        this.points = points;
        this.lines = lines;
        this.words = words;
        double min = Double.MAX_VALUE;
        double max = 0;
        for (TimelinePoint point : points) {
            for (Line line : lines) {
                double value = line.value().applyAsDouble(point);
                max = Math.max(max, value);
                min = value > 0 ? Math.min(min, value) : min;
            }
        }
        this.scale = logarithmic ? Scale.logarithmic(min, max) : Scale.linear(max);
    }

    static TimelineChart throughput(List<TimelinePoint> points) {
        return new TimelineChart(
                "Throughput",
                points,
                List.of(
                        new Line("ops area", "operations", TimelinePoint::opsPerSecond),
                        new Line("tps", "transactions", TimelinePoint::transactionsPerSecond),
                        new Line("bad", "errors", p -> p.seconds() > 0 ? p.errors() / p.seconds() : 0)),
                Quantities::rate,
                false);
    }

    static TimelineChart latency(List<TimelinePoint> points) {
        return new TimelineChart(
                "Latency, logarithmic",
                points,
                List.of(
                        new Line("max", "slowest", TimelinePoint::maxNanos),
                        new Line("p99", "p99", TimelinePoint::p99Nanos),
                        new Line("p90", "p90", TimelinePoint::p90Nanos),
                        new Line("p50", "p50", TimelinePoint::p50Nanos)),
                nanos -> Quantities.nanos(Math.round(nanos)),
                true);
    }

    void write(HtmlWriter html) {
        html.open("figure", "class", "chart").open("figcaption").element("strong", title);
        for (Line line : lines) {
            html.open("span", "class", "legend " + line.style())
                    .text(line.name())
                    .close("span");
        }
        html.close("figcaption").open("div", "class", "plot").open("div", "class", "y", "aria-hidden", "true");
        for (double tick : scale.ticks()) {
            html.element("span", words.apply(tick), "style", "bottom:" + number(scale.place(tick) * 100) + "%");
        }
        html.close("div")
                .open(
                        "svg",
                        "viewBox",
                        "0 0 " + WIDTH + " " + HEIGHT,
                        "preserveAspectRatio",
                        "none",
                        "role",
                        "img",
                        "aria-label",
                        title + " over time; the table of operations has the same in numbers");
        drawGrid(html);
        lines.forEach(line -> drawLine(html, line));
        drawTooltips(html);
        html.close("svg").open("div", "class", "x", "aria-hidden", "true");
        for (Instant when : labels()) {
            html.element("span", Quantities.clock(when));
        }
        html.close("div").close("div").closeLine("figure");
    }

    private void drawGrid(HtmlWriter html) {
        StringBuilder path = new StringBuilder();
        for (double tick : scale.ticks()) {
            path.append("M0 ").append(y(tick)).append('H').append(WIDTH);
        }
        html.open("path", "class", "grid", "d", path.toString()).close("path");
    }

    /**
     * Breaks the line where nothing happened; where operations ran, but no frame ended in this very step, it goes on to the
     * next value.
     */
    private void drawLine(HtmlWriter html, Line line) {
        StringBuilder path = new StringBuilder();
        StringBuilder area = new StringBuilder();
        boolean drawing = false;
        int from = 0;
        int last = 0;
        for (int i = 0; i <= points.size(); i++) {
            double value = i < points.size() ? line.value().applyAsDouble(points.get(i)) : Double.NaN;
            boolean has = scale.holds(value);
            if (!has && i < points.size() && points.get(i).opsPerSecond() > 0) {
                continue;
            }
            if (has) {
                path.append(drawing ? 'L' : 'M').append(x(i)).append(' ').append(y(value));
                area.append(drawing ? "L" : "M" + x(i) + " " + HEIGHT + "L")
                        .append(x(i))
                        .append(' ')
                        .append(y(value));
                from = drawing ? from : i;
                last = i;
            } else if (drawing) {
                area.append('L').append(x(last)).append(' ').append(HEIGHT).append('Z');
                // a lonely value is a dot
                path.append(from == last ? "h0.01" : "");
            }
            drawing = has;
        }
        if (line.style().contains("area")) {
            html.open("path", "class", line.style() + " fill", "d", area.toString())
                    .close("path");
        }
        html.open("path", "class", line.style() + " line", "d", path.toString()).close("path");
    }

    private void drawTooltips(HtmlWriter html) {
        if (points.size() > MOST_TOOLTIPS) {
            return;
        }
        double width = (double) WIDTH / Math.max(1, points.size() - 1);
        for (int i = 0; i < points.size(); i++) {
            TimelinePoint point = points.get(i);
            StringBuilder tip = new StringBuilder(Quantities.at(point.at())).append(" UTC");
            for (Line line : lines) {
                tip.append('\n')
                        .append(line.name())
                        .append(' ')
                        .append(words.apply(line.value().applyAsDouble(point)));
            }
            html.open(
                            "rect",
                            "class",
                            "hit",
                            "x",
                            number(i * width - width / 2),
                            "y",
                            "0",
                            "width",
                            number(width),
                            "height",
                            Integer.toString(HEIGHT))
                    .element("title", tip.toString())
                    .close("rect");
        }
    }

    private List<Instant> labels() {
        List<Instant> labels = new ArrayList<>();
        int steps = Math.min(4, points.size() - 1);
        for (int i = 0; i <= steps; i++) {
            labels.add(
                    points.get(steps == 0 ? 0 : i * (points.size() - 1) / steps).at());
        }
        return labels;
    }

    private String x(int index) {
        return number(points.size() == 1 ? WIDTH / 2.0 : (double) index * WIDTH / (points.size() - 1));
    }

    private String y(double value) {
        return number(HEIGHT * (1 - scale.place(value)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
