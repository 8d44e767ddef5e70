package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    private Path folder;

    private record Answer(int exit, String out, String err) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colector|did you mean collector?",
                "backup|Unmatched argument",
                "collector --htp-port 1|did you mean --http-port?",
                "collector --http-port x|--http-port",
                "collector --http-port 70000|--http-port: 70000 (expected 0 to 65535)",
                "collector --ingest-port -1|--ingest-port: -1 (expected 0 to 65535)",
                "demo --seconds 0|--seconds: 0 (expected 1 to 86400)",
                "demo --seconds|Missing required parameter",
                "report --format pdf|--format",
                "report --last 1h --from 2026-01-01T00:00:00Z|--last goes alone",
                "report --to 2026-01-01T00:00:00Z|--to needs --from",
                "report --json --format md|exclude each other",
            })
    void wrongUsage_isExit2_andOneLineThatNamesTheHelp(String line, String expected) {
        Answer answer = run(line.split(" "));

        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err().lines()).singleElement().asString().contains(expected, "--help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "demo", "collector", "agent-jar", "report", "top", "health", "query", "history", "config"})
    void help_hasExamples(String command) {
        Answer answer = run((command + " --help").strip().split(" "));

        assertThat(answer.exit()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out()).contains("Usage: kvops", "Examples:", "kvops " + command);
    }

    @Test
    void help_listsOnlyCommandsThatExist() {
        assertThat(run("--help")
                        .out()
                        .lines()
                        .filter(line -> line.matches("  [a-z-]+  .*"))
                        .map(line -> line.strip().split(" ")[0]))
                .contains("demo", "collector", "agent-jar", "report", "export", "import", "migrate", "sync", "verify")
                .doesNotContain("backup", "restore", "attach");
    }

    @Test
    void version_isOneLine() {
        Answer answer = run("--version");
        assertThat(answer.exit()).isZero();
        assertThat(answer.out().lines()).singleElement().asString().startsWith("kvops ");
    }

    @Test
    void takenHttpPort_isOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            failsWith(
                    List.of(port, "--http-port"),
                    "collector",
                    "--data",
                    data(),
                    "--ingest-port",
                    "0",
                    "--http-port",
                    port);
        }
    }

    @Test
    void takenIngestPort_isOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            failsWith(List.of(port), "collector", "--data", data(), "--ingest-port", port, "--http-port", "0");
        }
    }

    @Test
    void folderThatCantBeWritten_isOneLine() throws IOException {
        // under a file nobody can write, not even root
        Path file = Files.writeString(folder.resolve("file"), "");
        failsWith(
                List.of(file.toString()),
                "collector",
                "--data",
                file.resolve("data").toString());
    }

    @Test
    void widerBind_isRefused() throws IOException {
        failsWith(
                List.of("0.0.0.0", "loopback"),
                "collector",
                "--data",
                data(),
                "--config",
                config("http: {host: 0.0.0.0}"));
        failsWith(
                List.of("0.0.0.0"),
                "collector",
                "--data",
                data(),
                "--config",
                config("ingest: {host: 0.0.0.0, port: 0}"));
    }

    @Test
    void wrongConfig_isOneLineWithEachProblem() throws IOException {
        failsWith(
                List.of(
                        "c.yaml",
                        "unknown key htp (did you mean http?)",
                        "http.port: many (expected a whole number, 0 to 65535)"),
                "collector",
                "--data",
                data(),
                "--config",
                config("htp: 1\nhttp: {port: many}\n"));
    }

    @Test
    void missingConfig_isOneLine() {
        failsWith(
                List.of("no such file"),
                "collector",
                "--data",
                data(),
                "--config",
                folder.resolve("none.yaml").toString());
    }

    @Test
    void configSet_takesAValueThatBeginsWithAHyphen() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;
        failsWith(List.of("no collector answers"), "config", "set", "--url", url, "ingest.port", "--", "-5");
    }

    @Test
    void configValidate_readsTheFilesThatItNames() throws IOException {
        Path pem = Files.writeString(folder.resolve("not.pem"), "nothing");
        String file = config("http: {tls: {certificate: " + pem + ", key: " + folder.resolve("none") + "}}\n"
                + "stores: {targets: [{address: 'redis://h'}]}\n");
        Answer answer = run("config", "validate", file);

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out().lines())
                .singleElement()
                .asString()
                .contains("c.yaml", "http.tls.certificate", "not.pem");
        assertThat(answer.err().lines()).singleElement().asString().contains("is not valid: 1 problem");
    }

    @Test
    void samePorts_isOneLine() {
        failsWith(List.of("both 7300"), "collector", "--data", data(), "--ingest-port", "7300", "--http-port", "7300");
    }

    @Test
    void reportWithoutCollector_saysHowToStartOne() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        failsWith(List.of("no collector answers", "kvops collector"), "report", "--url", "http://127.0.0.1:" + port);
        failsWith(List.of("no collector runs on", "kvops collector --data"), "report", "--data", data());
        failsWith(List.of("not an address"), "report", "--url", "nonsense");
    }

    private void failsWith(List<String> expected, String... arguments) {
        Answer answer = run(arguments);
        assertThat(answer.exit()).as(answer.err()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err().lines())
                .singleElement()
                .asString()
                .startsWith("kvops: ")
                .contains(expected.toArray(new String[0]));
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private String config(String text) throws IOException {
        return Files.writeString(folder.resolve("c.yaml"), text).toString();
    }

    private static Answer run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
        return new Answer(exit, out.toString(), err.toString());
    }
}
