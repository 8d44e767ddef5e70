package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportHtmlTest {
    private static final Pattern OUTSIDE = Pattern.compile(
            "(src|href|action|srcset|poster|data)=\"(?!#)|url\\(|@import|<link|<script|<iframe",
            Pattern.CASE_INSENSITIVE);

    @Test
    void render_usual_hasTheNumbersOfTheReport() throws Exception {
        Document page = parse(ReportHtml.render(SampleReport.usual()));

        assertThat(texts(page, "dd"))
                .contains("125\u202fk", "2.99\u202fk/s", "321", "92.3\u202fµs", "1.24\u202fms", "41.2\u202fms");
        assertThat(titles(page, "dd")).contains("125\u202f432", "92\u202f345\u202fns", "41\u202f234\u202f567\u202fns");
        assertThat(texts(page, "th")).contains("Operation", "Store", "p99.99", "Share", "Pattern", "Key");
        assertThat(rows(page, "operations"))
                .satisfiesExactly(
                        get -> assertThat(get)
                                .startsWith("GET", "redis", "read", "80.0\u202fk", "1.90\u202fk/s", "3", "4\u202f567"),
                        put -> assertThat(put)
                                .startsWith(
                                        "PUT",
                                        "rocksdb",
                                        "write",
                                        "45.4\u202fk",
                                        "1.08\u202fk/s",
                                        "318",
                                        "0",
                                        "4.10\u202fµs"));
        assertThat(rows(page, "hotkeys").get(1))
                .startsWith("cart:1", "redis 127.0.0.1:6379/0", "5\u202f392 – 5\u202f399");
        assertThat(texts(page, "h3")).first().asString().startsWith("warning One key takes 4.3 %");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(2);
        assertThat(page.getElementsByTagName("pre").item(0).getTextContent()).contains("Connection.executeCommand");
    }

    @Test
    void render_usual_isOneFileThatLoadsNothing() {
        assertThat(ReportHtml.render(SampleReport.usual())).doesNotContainPattern(OUTSIDE);
    }

    @Test
    void render_hostileKeys_stayText() throws Exception {
        String html = ReportHtml.render(SampleReport.hostile());

        Document page = parse(html);
        for (String element : List.of("script", "img", "i", "b", "h1")) {
            long ours = element.equals("h1") ? 1 : element.equals("i") || element.equals("b") ? 2 : 0;
            assertThat(page.getElementsByTagName(element).getLength())
                    .as(element)
                    .isEqualTo((int) ours);
        }
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            var attributes = all.item(i).getAttributes();
            for (int a = 0; a < attributes.getLength(); a++) {
                assertThat(attributes.item(a).getNodeName()).doesNotStartWith("on");
            }
        }
        assertThat(html.codePoints().filter(c -> Character.isISOControl(c) && c != '\n'))
                .isEmpty();
        assertThat(html.codePoints().filter(c -> Character.getType(c) == Character.FORMAT))
                .isEmpty();
        assertThat(rows(page, "hotkeys")).hasSize(SampleReport.HOSTILE.size());
        assertThat(rows(page, "hotkeys").get(0)).startsWith("<script>alert('key')</script>");
        assertThat(rows(page, "hotkeys").get(4)).startsWith("user:\\u202egpj.exe\\u202c");
        assertThat(html).doesNotContain("k".repeat(1_001));
    }

    @Test
    void render_empty_saysWhatIsMissing() throws Exception {
        String html = ReportHtml.render(SampleReport.empty());

        parse(html);
        assertThat(html)
                .contains("No data in this window.", "No operation was recorded.", "Nothing that deserves attention.")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void render_sameReport_isTheSamePage() {
        assertThat(ReportHtml.render(SampleReport.usual())).isEqualTo(ReportHtml.render(SampleReport.usual()));
    }

    @Test
    void render_manyRows_areBounded() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add("key:" + i);
        }
        String html = ReportHtml.render(SampleReport.with(keys, "shop"));

        assertThat(rows(parse(html), "hotkeys")).hasSize(40);
        assertThat(rows(parse(html), "patterns")).hasSize(200);
        assertThat(html).contains("960 more are in report.json.", "800 more are in report.json.");
    }

    /** What this renderer writes is also XML, but for void elements; so a strict parser can check it. */
    private static Document parse(String html) throws Exception {
        String xml = html.replaceFirst("<!doctype html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
        Matcher style = Pattern.compile("<style>.*?</style>", Pattern.DOTALL).matcher(xml);
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(style.replaceFirst(""))));
    }

    private static List<String> texts(Document page, String element) {
        List<String> texts = new ArrayList<>();
        NodeList found = page.getElementsByTagName(element);
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    private static List<String> titles(Document page, String element) {
        List<String> titles = new ArrayList<>();
        NodeList found = page.getElementsByTagName(element);
        for (int i = 0; i < found.getLength(); i++) {
            titles.add(((Element) found.item(i)).getAttribute("title"));
        }
        return titles;
    }

    private static List<List<String>> rows(Document page, String section) {
        List<List<String>> rows = new ArrayList<>();
        NodeList sections = page.getElementsByTagName("section");
        for (int s = 0; s < sections.getLength(); s++) {
            Element candidate = (Element) sections.item(s);
            if (candidate.getAttribute("id").equals(section)) {
                NodeList lines = candidate.getElementsByTagName("tr");
                for (int i = 1; i < lines.getLength(); i++) {
                    List<String> cells = new ArrayList<>();
                    NodeList found = ((Element) lines.item(i)).getElementsByTagName("td");
                    for (int c = 0; c < found.getLength(); c++) {
                        cells.add(found.item(c).getTextContent());
                    }
                    rows.add(cells);
                }
            }
        }
        return rows;
    }
}
