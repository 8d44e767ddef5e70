package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frame of the commands for data; what they do with records is tested in collector/migration. */
class DataCommandTest {
    @TempDir
    Path folder;

    private record Result(int status, String out, String err) {
        JsonNode json() throws Exception {
            assertThat(out.lines()).hasSize(1);
            return new ObjectMapper().readTree(out);
        }
    }

    private Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        boolean keeps = !args[0].equals("inspect");
        String[] all = java.util.Arrays.copyOf(args, args.length + (keeps ? 2 : 0));
        if (keeps) {
            all[args.length] = "--state";
            all[args.length + 1] = folder.resolve("tasks").toString();
        }
        int status = Main.run(all, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Result(status, out.toString(), err.toString());
    }

    @Test
    void migrate_tellsItsOutcome_andTasksKnowsIt() throws Exception {
        Result done = run("migrate", "mem:a", "mem:b", "--verify", "--json");
        assertThat(done.status()).as(done.err()).isZero();
        JsonNode json = done.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "task",
                        "state",
                        "records",
                        "bytes",
                        "seconds",
                        "recordsPerSecond",
                        "failed",
                        "verified",
                        "verifiedAt");
        assertThat(json.path("state").asText()).isEqualTo("done");
        assertThat(json.path("verified").toString())
                .isEqualTo("{\"compared\":0,\"missing\":0,\"different\":0,\"extra\":0}");
        String id = json.path("task").asText();
        assertThat(run("tasks", "list").out().lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith(id + "  done ");
        assertThat(run("tasks", "list", "--json").json().at("/tasks/0/id").asText())
                .isEqualTo(id);
        assertThat(run("tasks", "show", id.substring(0, 4)).out())
                .startsWith("task " + id + " is done: migrate mem:a to mem:b");
        assertThat(run("tasks", "show", id, "--json")
                        .json()
                        .at("/task/result/records")
                        .asText())
                .isEqualTo("0");
        Result resume = run("tasks", "resume", id);
        assertThat(resume.status()).isEqualTo(1);
        assertThat(resume.err().strip())
                .isEqualTo("kvops: task " + id + " is done: it can't resume; see: kvops tasks show " + id);
        assertThat(run("tasks", "pause", "zzz").err()).startsWith("kvops: there is no task zzz in ");
    }

    @Test
    void dryRun_writesNothing_andBeginsNoTask() throws Exception {
        Result plan = run("migrate", "mem:a", "mem:b", "--dry-run");
        assertThat(plan.status()).isZero();
        assertThat(plan.out())
                .startsWith("migrate mem:a to mem:b")
                .contains("loss: none")
                .endsWith("nothing was written" + System.lineSeparator());
        assertThat(run("migrate", "mem:a", "mem:b", "--dry-run", "--json")
                        .json()
                        .path("parts")
                        .asInt())
                .isEqualTo(1);
        Path none = folder.resolve("none");
        assertThat(run("migrate", "mem:a", "rocksdb:" + none, "--dry-run").out())
                .contains("warning: the target is not there: the copy makes it");
        assertThat(none).doesNotExist();
        assertThat(run("tasks", "list").out().strip()).isEqualTo("no tasks");
    }

    @Test
    void exportAndImport_leaveAFileAndSayWhatTheyDid() throws Exception {
        Path file = folder.resolve("dump.jsonl");
        Result plan = run("export", "mem:a", file.toString(), "--dry-run");
        assertThat(plan.status()).as(plan.err()).isZero();
        assertThat(plan.out()).startsWith("export mem:a to " + file).contains("loss: none");
        assertThat(folder.toFile().list()).isEmpty();
        Result done = run("export", "mem:a", file.toString(), "--compress", "gzip", "--json");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.json().path("state").asText()).isEqualTo("done");
        Result inspected = run("inspect", file.toString(), "--json");
        assertThat(inspected.json().path("compression").asText()).isEqualTo("gzip");
        assertThat(inspected.json().path("records").asInt()).isZero();
        Files.writeString(file, "{\"key\":\"a\",\"type\":\"string\",\"value\":\"1\"}\noops\n");
        assertThat(run("inspect", file.toString()).err()).contains(" can't be read; what can be: kvops import");
        Result plans = run("import", file.toString(), "mem:b", "--dry-run", "--on-error", "skip");
        assertThat(plans.out())
                .contains("loss: none", "warning: 1 place of the file can't be read and would be left out")
                .endsWith("nothing was written" + System.lineSeparator());
        assertThat(run("import", file.toString(), "mem:b", "--dry-run").err()).contains("line 2");
        Result failed = run("import", file.toString(), "mem:b");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err().lines()).singleElement().asString().contains("line 2");
        Result skipped = run("import", file.toString(), "mem:b", "--on-error", "skip", "--on-conflict", "skip");
        assertThat(skipped.status()).as(skipped.err()).isZero();
        assertThat(skipped.err()).contains("kvops: left out: line 2: ").contains(" of the file could not be read");
        Result read = run("export", "mem:a", file.toString(), "--verify");
        assertThat(read.status()).as(read.err()).isZero();
        assertThat(read.out()).contains("COMPARED  MISSING  DIFFERENT  EXTRA  REPAIRED  AT");
        assertThat(run("export", "mem:a", "mem:b").status()).isEqualTo(2);
        assertThat(run("export", "mem:a", file.toString(), "--compress", "rar").status())
                .isEqualTo(2);
        assertThat(run("verify", "mem:a", file.toString()).err()).contains("kvops verify " + file + " mem:a");
    }

    @Test
    void table_isForPeople_andAStoreThatIsNotThereIsOneLine() {
        Result done = run("verify", "mem:a", "mem:b");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.out().lines())
                .hasSize(4)
                .first()
                .isEqualTo("TASK    STATE  RECORDS  BYTES  SECONDS  RECORDS/S  SKIPPED  FAILED");
        Result none = run("migrate", "redis://127.0.0.1:1", "mem:b");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.out()).isEmpty();
        assertThat(none.err().lines())
                .singleElement()
                .asString()
                .startsWith("kvops: migrate redis://127.0.0.1:1 to mem:b");
        assertThat(run("migrate", "nothing:x", "mem:b").err()).contains("its records can't be read here");
    }
}
