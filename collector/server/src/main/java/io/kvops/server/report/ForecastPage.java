package io.kvops.server.report;

import java.util.List;

/**
 * Forecasts as one self-contained page: no script, nothing loaded from anywhere, light or dark as the reader has it, readable on
 * a phone. What a chart shows is below it in words.
 */
public final class ForecastPage {
    /** Charts that a page has at most: further ones are counted. */
    public static final int PANELS_MAX = 24;

    private static final String STYLE = ReportHtml.resource("report.css") + ReportHtml.resource("forecast.css");

    private ForecastPage() {}

    /**
     * The page, as UTF-8 text; equal panels give equal pages.
     *
     * @param all forecasts that were made, of which the panels are the first
     */
    public static String render(String title, List<ForecastPanel> panels, int all) {
        HtmlWriter html = new HtmlWriter();
        html.markup("<!doctype html>\n").open("html", "lang", "en").markup("\n<head>\n<meta charset=\"utf-8\">\n");
        html.element("title", title).markup("\n");
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .markup("<meta name=\"color-scheme\" content=\"light dark\">\n<style>\n")
                .markup(STYLE)
                .markup("</style>\n</head>\n<body>\n");
        html.open("header").element("h1", title);
        if (all > panels.size()) {
            html.element("p", "The first " + panels.size() + " of " + all + " are drawn.", "class", "muted");
        }
        html.closeLine("header").open("main").markup("\n");
        for (int i = 0; i < panels.size(); i++) {
            panel(html, panels.get(i), "f" + i);
        }
        return html.closeLine("main").markup("</body>\n</html>\n").toString();
    }

    private static void panel(HtmlWriter html, ForecastPanel panel, String id) {
        html.open("section", "id", id).element("h2", VisibleText.of(panel.title(), VisibleText.LONG));
        new ForecastChart(panel, id).write(html);
        html.open("dl", "class", "facts");
        for (ForecastPanel.Fact fact : panel.facts()) {
            html.open("div")
                    .element("dt", fact.name())
                    .element("dd", VisibleText.of(fact.text(), VisibleText.LONG))
                    .close("div");
        }
        html.close("dl");
        for (String caveat : panel.caveats()) {
            html.element("p", VisibleText.of(caveat, VisibleText.LONG), "class", "caveat");
        }
        html.closeLine("section");
    }
}
