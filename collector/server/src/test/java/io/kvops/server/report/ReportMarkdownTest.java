package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportMarkdownTest {
    @Test
    void render_usual_hasAlignedTablesWithTheNumbersOfTheReport() {
        String text = ReportMarkdown.render(SampleReport.usual());

        assertThat(text).startsWith("# kvops report\n\n2026-01-31 12:00:00 to 2026-01-31 12:01:00 UTC; data of 42.0");
        List<String> operations = tableUnder(text, "## Operations");
        assertThat(operations).hasSize(4);
        assertThat(operations.stream().map(String::length).distinct()).hasSize(1);
        assertThat(cells(operations.get(0))).startsWith("Operation", "Store", "Class", "Count", "Rate");
        assertThat(cells(operations.get(2)))
                .containsExactly(
                        "GET",
                        "redis",
                        "read",
                        "80.0\u202fk",
                        "1.90\u202fk/s",
                        "3",
                        "4\u202f567",
                        "92.3\u202fµs",
                        "231\u202fµs",
                        "1.24\u202fms",
                        "3.21\u202fms",
                        "8.77\u202fms",
                        "41.2\u202fms");
        assertThat(cells(tableUnder(text, "# kvops report").get(2)))
                .containsExactly("Operations", "125\u202fk", "125\u202f432", "in all");
        assertThat(text)
                .contains("- **WARNING: One key takes 4.3 % of redis: product:7**\n")
                .contains("| `product:7`")
                .contains("\n    redis.clients.jedis.Connection.executeCommand(Connection.java:1)\n");
    }

    @Test
    void render_hostileKeys_breakNoTableAndNoParagraph() {
        String text = ReportMarkdown.render(SampleReport.hostile());

        List<String> hot = tableUnder(text, "## Hot keys");
        assertThat(hot).hasSize(2 + SampleReport.HOSTILE.size());
        assertThat(hot).allSatisfy(row -> assertThat(cells(row)).hasSize(8));
        assertThat(text.lines().filter(line -> line.startsWith("#")).toList())
                .isEqualTo(ReportMarkdown.render(SampleReport.usual())
                        .lines()
                        .filter(line -> line.startsWith("#"))
                        .toList());
        assertThat(text.lines().filter(line -> !line.startsWith("    ")))
                .allSatisfy(line -> assertThat(line).doesNotContain("<script", "<img", "<b>", "<i>", "</"));
        assertThat(text.codePoints().filter(c -> Character.isISOControl(c) && c != '\n'))
                .isEmpty();
    }

    @Test
    void key_showsTameKeysAsCodeAndEscapesTheRest() {
        assertThat(ReportMarkdown.key("user:{n}:profile")).isEqualTo("`user:{n}:profile`");
        assertThat(ReportMarkdown.key("a`b")).isEqualTo("a\\`b");
        assertThat(ReportMarkdown.key("a|b\\|c")).isEqualTo("a\\|b\\\\\\|c");
        assertThat(ReportMarkdown.key("<b> & *x* _y_ [z]")).isEqualTo("&lt;b&gt; &amp; \\*x\\* \\_y\\_ \\[z\\]");
        assertThat(ReportMarkdown.key("")).isEmpty();
    }

    @Test
    void render_empty_saysWhatIsMissing() {
        assertThat(ReportMarkdown.render(SampleReport.empty()))
                .contains("No operation was recorded.", "Nothing that deserves attention.", "Nothing was lost.")
                .doesNotContain("NaN");
    }

    private static List<String> tableUnder(String text, String heading) {
        return text.substring(text.indexOf(heading + "\n"))
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    /** Splits a row as GitHub does: at pipes that no backslash escapes. */
    private static List<String> cells(String row) {
        StringBuilder cell = new StringBuilder();
        List<String> cells = new java.util.ArrayList<>();
        for (int i = 1; i < row.length(); i++) {
            char c = row.charAt(i);
            if (c == '\\') {
                cell.append(c).append(row.charAt(++i));
            } else if (c == '|') {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        return cells;
    }
}
