package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that have a collector do the work: the same output as locally, and nothing that its operator does not allow. */
class TasksOnlineTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AccessToken VIEWER = new AccessToken("vic", "viewer-0123456789abcdef", Role.VIEWER);
    private static final AccessToken OPERATOR = new AccessToken("olga", "operator-0123456789abcdef", Role.OPERATOR);
    private static TestView view;
    private static HttpDoor door;

    @TempDir
    private static Path outside;

    private record Result(int status, String out, String err) {}

    @BeforeAll
    static void open() throws Exception {
        view = new TestView();
        door = new HttpDoor(
                HttpConfig.builder().port(0).tokens(List.of(VIEWER, OPERATOR)).build(), view, Clock.systemUTC());
        door.start();
        Files.writeString(view.files().resolve("dump.jsonl"), """
                {"key":"a","type":"string","value":"1"}
                {"key":"b","type":"string","value":"2"}
                """);
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        view.close();
    }

    private static Result run(AccessToken token, String... args) {
        Stream<String> asked = Stream.of("--collector", "http://127.0.0.1:" + door.port(), "--token", token.secret());
        return run(Stream.concat(Arrays.stream(args), asked).toArray(String[]::new));
    }

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Result(status, out.toString(), err.toString());
    }

    private static JsonNode json(Result result) throws Exception {
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out().lines()).hasSize(1);
        return JSON.readTree(result.out());
    }

    @Test
    @DisplayName("import, export with verify, compare, list and show: as without a collector")
    void work_isDoneThere() throws Exception {
        Result plan = run(OPERATOR, "import", "dump.jsonl", "mvstore:a.mv", "--dry-run");
        assertThat(plan.out()).as(plan.err()).contains("source").contains("nothing was written");
        assertThat(json(run(OPERATOR, "import", "dump.jsonl", "mvstore:a.mv", "--dry-run", "--json"))
                        .path("records")
                        .asLong())
                .isEqualTo(2);
        assertThat(view.files().resolve("a.mv")).doesNotExist();

        JsonNode imported = json(run(OPERATOR, "import", "dump.jsonl", "mvstore:a.mv", "--verify", "--json"));
        assertThat(imported.path("state").asText()).isEqualTo("done");
        assertThat(imported.path("records").asLong()).isEqualTo(2);
        assertThat(imported.at("/verified/different").asLong(-1)).isZero();
        Result exported =
                run(OPERATOR, "export", "mvstore:a.mv", "sub.kvb", "--verify", "--match", "a", "--report", "r.jsonl");
        assertThat(exported.status()).as(exported.err()).isZero();
        assertThat(exported.out().lines())
                .hasSize(4)
                .first()
                .isEqualTo("TASK    STATE  RECORDS  BYTES  SECONDS  RECORDS/S  SKIPPED  FAILED");
        assertThat(view.files().resolve("sub.kvb")).isNotEmptyFile();
        assertThat(view.files().resolve("r.jsonl")).isEmptyFile();
        assertThat(run(OPERATOR, "verify", "sub.kvb", "mvstore:a.mv").err()).contains("1 extra");

        String id = imported.path("task").asText();
        Result list = run(VIEWER, "tasks", "list");
        assertThat(list.out()).as(list.err()).contains(id + "  done ");
        JsonNode shown = json(run(VIEWER, "tasks", "show", id.substring(0, 5), "--json"));
        assertThat(shown.at("/task/asker").asText()).isEqualTo("olga");
        assertThat(run(OPERATOR, "tasks", "resume", id).err())
                .contains("answered 409: task " + id + " is done: it can't resume");
        assertThat(view.history
                        .events(java.util.Set.of("audit"), 0, Long.MAX_VALUE, 100)
                        .toString())
                .contains("Starts a task: import", "Resumes a task", "olga", "127.0.0.1");
    }

    @Test
    void whoMayNot_isRefused_inOneLine() {
        Result viewer = run(VIEWER, "export", "mvstore:none.mv", "x.kvb");
        assertThat(viewer.status()).isEqualTo(1);
        assertThat(viewer.out()).isEmpty();
        assertThat(viewer.err().lines())
                .singleElement()
                .asString()
                .contains("answered 403: this needs the role operator; vic is viewer");
        assertThat(run(VIEWER, "tasks", "cancel", "123456").err()).contains("403");
        String url = "http://127.0.0.1:" + door.port();
        assertThat(run("tasks", "list", "--collector", url).err()).contains("answered 401", "give one with --token");
        assertThat(run("tasks", "list", "--collector", "http://127.0.0.1:1").err())
                .contains("no collector answers at http://127.0.0.1:1");
        assertThat(run("tasks", "list", "--collector", url, "--state", "x").status())
                .isEqualTo(2);
        assertThat(run("tasks", "list", "--token", "x").err()).contains("go with --collector URL");
        assertThat(run(OPERATOR, "tasks", "show", "zzz").err()).contains("answered 404: there is no task zzz");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mvstore:a.mv;/etc/kvops.jsonl;target: /etc/kvops.jsonl (expected a file below",
                "mvstore:a.mv;../out.jsonl;/out.jsonl (expected a file below",
                "rocksdb:/etc;out.jsonl;source: /etc (expected a file below",
                "mvstore:a.mv;link/out.jsonl;target: ",
                "mvstore:a.mv;dangling;target: ",
                "mem:a;out.jsonl;source: mem:a is in the memory of the collector",
                "redis://u:hush@127.0.0.1:1/0;out.jsonl;comes with a password (expected none",
                "redis://u:env:HOME@127.0.0.1:1/0;out.jsonl;comes with a password (expected none",
                "rediss://127.0.0.1:1/0?ca=/etc/passwd;out.jsonl;comes with ca (expected in the collector's configuration",
            })
    void filesOutside_andPasswords_areRefused(String source, String target, String expected) throws Exception {
        Path link = view.files().resolve("link");
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, outside);
            Files.createSymbolicLink(view.files().resolve("dangling"), outside.resolve("nothing.jsonl"));
        }
        Result refused = run(OPERATOR, "export", source, target);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines()).singleElement().asString().contains("answered 400: ", expected);
        assertThat(refused.err()).doesNotContain("hush");
        assertThat(outside).isEmptyDirectory();
        Result report = run(OPERATOR, "verify", "mvstore:a.mv", "mvstore:b.mv", "--report", "/etc/r");
        assertThat(report.err()).contains("report: /etc/r (expected a file below");
    }
}
