package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir
    Path folder;

    private record Result(int status, String out, String err) {}

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Result(status, out.toString(), err.toString());
    }

    private static void assertOneLine(Result result, int status) {
        assertThat(result.err().lines())
                .as("stderr")
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).startsWith("kvops: "));
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "collector",
                "agent-jar",
                "report",
                "top",
                "health",
                "query",
                "history",
                "config",
                "forecast",
                "capacity",
                "recommend",
                "alerts",
                "alerts list",
                "alerts silence",
                "alerts silences",
                "alerts receivers",
                "alerts test"
            })
    void versionOfACommand_isPrintedAsThatOfTheProgram(String command) {
        assertThat(run((command + " --version").split(" "))).isEqualTo(run("--version"));
        assertThat(run((command + " --version").split(" ")).out()).startsWith("kvops ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "collector",
                "agent-jar",
                "report",
                "top",
                "health",
                "query",
                "history",
                "config",
                "forecast",
                "capacity",
                "recommend",
                "alerts",
                "alerts list",
                "alerts silence",
                "alerts silences",
                "alerts receivers",
                "alerts test",
                "export",
                "import",
                "migrate",
                "sync",
                "verify",
                "inspect",
                "tasks",
                "tasks list",
                "tasks show",
                "tasks pause",
                "tasks resume",
                "tasks cancel",
                "tasks cutover"
            })
    void examplesInHelp_areNotBrokenIntoTwoLines(String command) {
        Result help = command.isEmpty() ? run("--help") : run((command + " --help").split(" "));
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        List<String> lines = help.out().lines().toList();
        List<String> examples = lines.subList(lines.indexOf("Examples:") + 1, lines.size());
        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).matches("|kvops COMMAND --help .*| {2}(kvops|java) .*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report --last 5x",
                "report --last=",
                "report --from yesterday",
                "report --from 2026-01-31T12:00:00Z --to 2026-01-31T11:00:00Z",
                "report --data=",
                "report --data x --collector http://127.0.0.1:1",
                "config",
                "config set",
                "config set a",
                "config set a 1 b",
                "config gte",
                "config history --limit 0",
                "top --rows 0",
                "query",
                "query x --limit 0",
                "query x --timeout 1",
                "query x --format parquet",
                "history",
                "history backup",
                "report --out=",
                "collector --data=",
                "collector --config=",
                "demo --out=",
                "demo --seconds 0",
                "demo --http-port 65536",
                "alerts lst",
                "alerts list --limit 1",
                "alerts silence",
                "alerts silence a=b",
                "alerts silence a=b --for 2",
                "alerts silence a=b --for 2h --end x",
                "alerts test",
                "export mem:a",
                "export mem:a mem:b",
                "export mem:a x.jsonl --compress rar",
                "export mem:a x.jsonl --parts 0",
                "import mem:a mem:b",
                "import x.jsonl mem:b --on-error maybe",
                "inspect",
                "migrate",
                "migrate mem:a",
                "migrate mem:a mem:a",
                "migrate mem:a mem:b --where size",
                "migrate mem:a mem:b --batch 0",
                "migrate mem:a mem:b --on-conflict never",
                "migrate mem:a mem:b --live --on-conflict skip",
                "migrate mem:a mem:b --live --hold-writes 3601",
                "sync mem:a",
                "sync mem:a mem:b --cut-over never",
                "verify mem:a mem:b --size 5",
                "verify mem:a mem:b --type strang",
                "tasks",
                "tasks pause",
                "colector"
            })
    void wrongUsage_isOneLineAndStatus2(String line) {
        assertOneLine(run(line.split(" ")), 2);
    }

    @Test
    void reportWithoutACollector_isOneLineAndStatus1() {
        assertOneLine(run("report", "--json", "--url", NOBODY), 1);
        assertOneLine(run("health", "--collector", NOBODY), 1);
        assertOneLine(run("top", "--once", "--collector", NOBODY), 1);
        assertOneLine(run("top", "--collector", NOBODY), 1);
        assertOneLine(run("config", "get", "--collector", NOBODY), 1);
        assertOneLine(run("config", "set", "a", "1", "--collector", NOBODY), 1);
        assertOneLine(run("config", "get", "--collector", NOBODY, "--token", "file:/nowhere"), 1);
        assertOneLine(run("config", "get", "--collector", NOBODY, "--ca", "/nowhere"), 1);
    }

    @Test
    void demoIntoAFile_saysWhatToDo() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        String home = System.getProperty("kvops.home");
        System.setProperty("kvops.home", folder.toString());
        try {
            Result result = run("demo", "--no-browser", "--out", file.toString());
            assertThat(result.err().lines()).singleElement().asString().contains("--out DIR");
            assertThat(result.status()).isEqualTo(1);
        } finally {
            if (home == null) {
                System.clearProperty("kvops.home");
            } else {
                System.setProperty("kvops.home", home);
            }
        }
    }
}
