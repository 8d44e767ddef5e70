package io.kvops.server.report;

import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.KeptForecast;
import io.kvops.planner.capacity.Threshold;
import java.time.Instant;
import java.util.Locale;

/**
 * A forecast as SVG that needs no script: history, the middle and the band of what is expected, lines where shares of the limit
 * are, with the range of days in which they are reached, and an earlier forecast under what came. The drawing stretches with the
 * page; what is written beside it is HTML.
 */
final class ForecastChart {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 260;
    private static final int LABELS = 5;
    private static final int TOOLTIPS_MAX = 400;
    /** Shown of the past: so many times what is ahead. */
    private static final int PAST = 5;

    private static final int PAST_LEAST = 30;
    /** A band may be so many times as high as all else before it is cut off. */
    private static final double BAND_MAX = 2.5;

    private static final double LIMIT_MAX = 3;
    /** A line at the very top leaves no room for its name. */
    private static final double HEADROOM = 1.06;

    private static final double LABEL_HEIGHT = 0.075;

    private final ForecastPanel panel;
    private final KeptForecast next;
    private final Words words;
    private final Scale scale;
    private final long from;
    private final long to;
    private final int firstShown;
    private final String id;

    ForecastChart(ForecastPanel panel, String id) {
        this.panel = panel;
        this.id = id;
        next = panel.expected();
        words = Words.of(next.resource(), panel.dated());
        long last = next.lastAt().toEpochMilli();
        long ahead = next.step().toMillis() * next.values().length;
        long step = panel.past().step().toMillis();
        long begins =
                Math.max(panel.past().first().toEpochMilli(), Math.min(last - PAST * ahead, last - PAST_LEAST * step));
        firstShown = (int) ((begins - panel.past().first().toEpochMilli()) / step);
        from = panel.past().first().toEpochMilli() + firstShown * step;
        to = last + ahead;
        scale = scale();
    }

    private Scale scale() {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double[] past = panel.past().values();
        for (int i = firstShown; i < past.length; i++) {
            if (Double.isFinite(past[i])) {
                min = Math.min(min, past[i]);
                max = Math.max(max, past[i]);
            }
        }
        for (double v : next.values()) {
            min = Math.min(min, v);
            max = Math.max(max, v);
        }
        double reach = BAND_MAX * Math.max(max - min, Math.abs(max) * 1e-3);
        double low = min;
        double high = max;
        for (int h = 0; h < next.values().length; h++) {
            low = Math.min(low, Math.max(next.lower()[h], min - reach));
            high = Math.max(high, Math.min(next.upper()[h], max + reach));
        }
        for (Threshold t : panel.thresholds()) {
            high = t.value() <= LIMIT_MAX * max ? Math.max(high, HEADROOM * t.value()) : high;
        }
        return Scale.between(low, high, words.unit(Math.max(Math.abs(low), Math.abs(high))));
    }

    void write(HtmlWriter html) {
        html.open("figure", "class", "chart").open("figcaption");
        legend(html, "past", "measured");
        legend(html, "next", "expected");
        legend(html, "band", Quantities.percent(next.level()) + " of what may come");
        if (panel.earlier() != null) {
            legend(
                    html,
                    "earlier",
                    "forecast made " + words.time(next.lastAt(), panel.earlier().lastAt()));
        }
        if (panel.thresholds().stream().anyMatch(this::isReached)) {
            legend(html, "reach", "when a share of the limit is reached");
        }
        html.close("figcaption").open("div", "class", "plot forecast").open("div", "class", "y", "aria-hidden", "true");
        for (double tick : scale.ticks()) {
            html.element("span", words.value(tick), "style", "bottom:" + number(scale.place(tick) * 100) + "%");
        }
        html.close("div");
        drawing(html);
        marks(html);
        html.open("div", "class", "x", "aria-hidden", "true");
        for (int i = 0; i < LABELS; i++) {
            html.element(
                    "span", words.time(next.lastAt(), Instant.ofEpochMilli(from + (to - from) * i / (LABELS - 1))));
        }
        html.close("div").close("div").closeLine("figure");
    }

    private static void legend(HtmlWriter html, String style, String name) {
        html.open("span", "class", "legend " + style).text(name).close("span");
    }

    private void drawing(HtmlWriter html) {
        html.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc");
        html.element("title", VisibleText.of(panel.title()) + ": measured and expected", "id", id + "-title");
        html.element("desc", description(), "id", id + "-desc");
        StringBuilder grid = new StringBuilder();
        for (double tick : scale.ticks()) {
            grid.append("M0 ").append(y(tick)).append('H').append(WIDTH);
        }
        path(html, "grid", grid.toString());
        KeptForecast earlier = panel.earlier();
        if (earlier != null) {
            path(html, "earlier fill", band(earlier));
        }
        path(html, "band fill", band(next));
        path(html, "now", "M" + x(next.lastAt().toEpochMilli()) + " 0V" + HEIGHT);
        panel.thresholds().forEach(t -> threshold(html, t));
        if (earlier != null) {
            path(html, "earlier line", middle(earlier, earlier.last()));
        }
        path(html, "past line", past());
        path(html, "next line", middle(next, next.last()));
        tooltips(html);
        html.close("svg");
    }

    private String description() {
        StringBuilder text = new StringBuilder();
        for (ForecastPanel.Fact fact : panel.facts()) {
            text.append(fact.name())
                    .append(": ")
                    .append(VisibleText.of(fact.text(), VisibleText.LONG))
                    .append(". ");
        }
        return text.toString();
    }

    private static void path(HtmlWriter html, String style, String d) {
        html.open("path", "class", style, "d", d).close("path");
    }

    /** The level, and on it the time in which it is reached. */
    private void threshold(HtmlWriter html, Threshold t) {
        if (!shown(t)) {
            return;
        }
        path(html, "level" + (t.share() >= 1 ? " full" : ""), "M0 " + y(t.value()) + "H" + WIDTH);
        DateRange when = t.when();
        Instant earliest = when.earliest();
        if (earliest != null && isReached(t)) {
            Instant latest = when.latest();
            path(
                    html,
                    "reach line",
                    "M" + x(earliest.toEpochMilli()) + " " + y(t.value()) + "H"
                            + x(latest == null ? to : latest.toEpochMilli()));
            Instant likely = when.likely();
            if (likely != null) {
                double middle = HEIGHT * (1 - scale.place(t.value()));
                path(html, "reach likely", "M" + x(likely.toEpochMilli()) + " " + number(middle - 6) + "v12");
            }
        }
    }

    /** Whether a time is drawn in which it is reached. */
    private boolean isReached(Threshold t) {
        Instant earliest = t.when().earliest();
        return shown(t) && earliest != null && earliest.isAfter(next.lastAt());
    }

    private boolean shown(Threshold t) {
        double most = scale.ticks().get(scale.ticks().size() - 1);
        return t.value() <= most * (1 + 1e-9);
    }

    private String past() {
        double[] v = panel.past().values();
        long step = panel.past().step().toMillis();
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = firstShown; i < v.length; i++) {
            boolean has = Double.isFinite(v[i]);
            if (has) {
                path.append(drawing ? 'L' : 'M')
                        .append(x(from + (i - firstShown) * step))
                        .append(' ')
                        .append(y(v[i]));
                // a lonely value is a dot
                path.append(drawing || (i + 1 < v.length && Double.isFinite(v[i + 1])) ? "" : "h0.01");
            }
            drawing = has;
        }
        return path.toString();
    }

    private String middle(KeptForecast f, double last) {
        long at = f.lastAt().toEpochMilli();
        long step = f.step().toMillis();
        StringBuilder path = new StringBuilder();
        path.append(Double.isFinite(last) && at >= from ? "M" + x(at) + " " + y(last) : "");
        for (int h = 0; h < f.values().length; h++) {
            if (at + (h + 1) * step >= from) {
                path.append(path.isEmpty() ? 'M' : 'L')
                        .append(x(at + (h + 1) * step))
                        .append(' ')
                        .append(y(f.values()[h]));
            }
        }
        return path.toString();
    }

    private String band(KeptForecast f) {
        long at = f.lastAt().toEpochMilli();
        long step = f.step().toMillis();
        StringBuilder above = new StringBuilder();
        StringBuilder below = new StringBuilder();
        for (int h = f.values().length - 1; h >= 0; h--) {
            long time = at + (h + 1) * step;
            if (time >= from && time <= to) {
                above.insert(0, "L" + x(time) + " " + y(f.upper()[h]));
                below.append('L').append(x(time)).append(' ').append(y(f.lower()[h]));
            }
        }
        if (Double.isFinite(f.last()) && at >= from) {
            String start = x(at) + " " + y(f.last());
            return "M" + start + above + below + "Z";
        }
        return above.isEmpty() ? "" : "M" + above.substring(1) + below + "Z";
    }

    private void tooltips(HtmlWriter html) {
        int n = next.values().length;
        int by = (n + TOOLTIPS_MAX - 1) / TOOLTIPS_MAX;
        long at = next.lastAt().toEpochMilli();
        long step = next.step().toMillis();
        for (int h = 0; h < n; h += by) {
            long time = at + (h + 1) * step;
            String tip = words.time(next.lastAt(), Instant.ofEpochMilli(time)) + "\nexpected "
                    + words.value(next.values()[h]) + "\nbetween " + words.value(next.lower()[h]) + " and "
                    + words.value(next.upper()[h]);
            double left = place(time - by * step / 2.0);
            html.open(
                            "rect",
                            "class",
                            "hit",
                            "x",
                            number(left),
                            "y",
                            "0",
                            "width",
                            number(Math.max(0, Math.min(WIDTH, place(time + by * step / 2.0)) - left)),
                            "height",
                            Integer.toString(HEIGHT))
                    .element("title", tip)
                    .close("rect");
        }
    }

    /** Names of the levels, where there is room for each. */
    private void marks(HtmlWriter html) {
        html.open("div", "class", "marks", "aria-hidden", "true");
        double taken = Double.POSITIVE_INFINITY;
        for (int i = panel.thresholds().size() - 1; i >= 0; i--) {
            Threshold t = panel.thresholds().get(i);
            double place = scale.place(t.value());
            if (shown(t) && taken - place >= LABEL_HEIGHT) {
                taken = place;
                html.element(
                        "span",
                        t.share() >= 1 ? "full, " + words.value(t.value()) : Quantities.percent(t.share()),
                        "style",
                        "bottom:" + number(place * 100) + "%");
            }
        }
        html.close("div");
    }

    private double place(double millis) {
        return WIDTH * (millis - from) / Math.max(1, to - from);
    }

    private String x(long millis) {
        return number(place((double) millis));
    }

    private String y(double value) {
        return number(HEIGHT * (1 - scale.place(value)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
