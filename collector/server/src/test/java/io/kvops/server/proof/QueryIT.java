package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kvops query} as an operator types it. */
class QueryIT {
    private static final String SQL = "SELECT count(*) AS starts FROM events WHERE kind = 'config'";

    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "goes through the running collector, which has the history's lock; opens the history itself where none runs")
    void query_throughTheCollector_andWithoutOne() throws Exception {
        Path data = folder.resolve("data");
        try (CollectorProcess collector = CollectorProcess.start(data, 0, 0)) {
            assertThat(collector.patch("{\"analyzer.maxHotKeys\": 50}").statusCode())
                    .isEqualTo(200);
            assertThat(query("--data", data.toString())).contains("[[1]]");
            assertThat(query("--collector", "http://127.0.0.1:" + collector.httpPort()))
                    .contains("[[1]]");
            assertThat(collector.stop()).isZero();
        }
        assertThat(query("--data", data.toString())).contains("[[1]]");
    }

    private String query(String... where) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> arguments = new ArrayList<>(List.of("query", SQL, "--json"));
        arguments.addAll(List.of(where));
        Process process = new ProcessBuilder(Installation.kvops(arguments.toArray(new String[0])))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readString(out).replace(" ", "");
    }
}
