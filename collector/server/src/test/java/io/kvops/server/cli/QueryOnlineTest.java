package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.history.HistoryConfig;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.testing.TestView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryOnlineTest {
    private static final String SQL = "SELECT unnest([7, 7]) AS n";

    @TempDir
    private Path folder;

    private String stderr = "";

    @Test
    @DisplayName("a form that cannot say so itself is followed by a line if there are more rows than the limit")
    void cutAnswers_areSaidToBe() throws Exception {
        try (TestView view = new TestView(HistoryConfig.of(folder.resolve("history")));
                HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC())) {
            door.start();
            String collector = "http://127.0.0.1:" + door.port();
            String parquet = folder.resolve("x.parquet").toString();
            for (String format : new String[] {"table", "csv", "parquet"}) {
                for (int limit = 1; limit <= 2; limit++) {
                    int exit = run(
                            "query",
                            SQL,
                            "--collector",
                            collector,
                            "--format",
                            format,
                            "--limit",
                            "" + limit,
                            "--out",
                            parquet);
                    assertThat(exit).as(stderr).isZero();
                    assertThat(stderr.contains("there are more rows"))
                            .as(format)
                            .isEqualTo(limit == 1);
                }
            }
        }
        run("query", SQL, "--timeout", "PT9223372036854775807S");
        assertThat(stderr).contains("--timeout: PT9223372036854775807S (expected 1ms to 10m)");
    }

    @Test
    void folderThatIsNotThere_isNamed_andTheTokenIsNot() throws Exception {
        try (TestView view = new TestView(HistoryConfig.of(folder.resolve("history")));
                HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC())) {
            door.start();
            Path file = folder.resolve("none/x.csv");
            String collector = "http://127.0.0.1:" + door.port();
            int exit = run("query", SQL, "--collector", collector, "--token", "hush", "--out", file.toString());
            assertThat(exit).isEqualTo(1);
            assertThat(stderr)
                    .startsWith("kvops: the answer can't be written to " + file)
                    .doesNotContain("hush");
        }
    }

    private int run(String... args) {
        StringWriter err = new StringWriter();
        int exit = Main.run(args, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true));
        stderr = err.toString();
        return exit;
    }
}
