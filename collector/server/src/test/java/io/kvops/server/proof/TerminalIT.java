package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of a copy: a real terminal (script, of util-linux), read as a terminal shows it. */
@EnabledOnOs(OS.LINUX)
class TerminalIT {
    private static final String SCRIPT = Installation.ROOT.resolve("kvops").toString();
    private static final String AGAIN = "\r\033[K";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void records() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            lines.append("{\"key\":\"").append(i).append("\",\"type\":\"string\",\"value\":\"v\"}\n");
        }
        Files.writeString(folder.resolve("d.jsonl"), lines);
        run(SCRIPT, "import", folder + "/d.jsonl", "mvstore:" + folder + "/d.mv", "--state", folder + "/tasks");
    }

    /** An export of the records, which takes some two seconds. */
    private static String command(String target) {
        return SCRIPT + " export mvstore:" + folder + "/d.mv " + folder + "/" + target
                + " --max-ops 300 --verify --state " + folder + "/tasks";
    }

    private static String run(String... command) throws Exception {
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().remove("NO_COLOR");
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    @DisplayName("the bar is drawn in one line, over and over, and leaves nothing; the tables are aligned")
    void terminal_showsABar_thenTables() throws Exception {
        boolean there = Files.isExecutable(Path.of("/usr/bin/script"));
        if (!there && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError("script is missing: apt-get install bsdutils");
        }
        assumeThat(there).as("script is missing: apt-get install bsdutils").isTrue();
        for (int columns : new int[] {60, 120}) {
            String said = run(
                    "script",
                    "-qec",
                    "stty cols " + columns + " rows 24; " + command("a" + columns + ".kvb"),
                    "/dev/null");
            List<String> drawn = new ArrayList<>(List.of(said.split(java.util.regex.Pattern.quote(AGAIN), -1)));
            String last = drawn.remove(drawn.size() - 1);
            assertThat(drawn.remove(0)).as("before the first bar").doesNotContain("\033");
            drawn.removeIf(String::isEmpty); // it is taken away
            assertThat(drawn).as(said).allSatisfy(line -> {
                assertThat(line).startsWith("\033[?7l").endsWith("\033[?7h").doesNotContain("\n");
                assertThat(shown(line)).hasSizeLessThan(columns);
            });
            drawn.removeIf(line -> !shown(line).matches("[█░]{30} [0-9]+ of 600 keys.*"));
            assertThat(drawn).as(said).hasSizeGreaterThan(2);
            assertThat(drawn).anySatisfy(line -> assertThat(shown(line)).contains("/s, "));
            assertThat(drawn).anySatisfy(line -> assertThat(line).contains("\033[32m█"));
            assertAligned(last);
        }
    }

    private static String shown(String line) {
        return line.replaceAll("\033\\[[?0-9;]*[a-zA-Z]", "");
    }

    private static void assertAligned(String tables) {
        assertThat(tables).doesNotContain("\033");
        List<String> lines = tables.lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("TASK    STATE  RECORDS  ");
        assertThat(lines.get(2)).startsWith("COMPARED  MISSING  DIFFERENT  ");
        for (String title : List.of("RECORDS", "BYTES", "SECONDS", "RECORDS/S", "SKIPPED", "FAILED")) {
            assertEndsThere(lines.get(0), title, lines.get(1));
        }
        for (String title : List.of("COMPARED", "MISSING", "DIFFERENT", "EXTRA", "REPAIRED")) {
            assertEndsThere(lines.get(2), title, lines.get(3));
        }
        assertThat(lines.get(1)).contains("  done  ");
    }

    /** A column of numbers ends where its title does. */
    private static void assertEndsThere(String titles, String title, String row) {
        int end = (titles + " ").indexOf(title + " ") + title.length();
        assertThat(row.charAt(end - 1)).as(title + " of: " + row).isBetween('0', '9');
        assertThat((row + " ").charAt(end))
                .as("behind " + title + " of: " + row)
                .isEqualTo(' ');
    }

    @Test
    void pipe_getsTablesAlone() throws Exception {
        String said = run("bash", "-c", command("p.kvb") + " | cat");
        assertAligned(said);
    }
}
