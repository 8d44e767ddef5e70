package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.migration.filter.Filter;
import io.kvops.migration.filter.Range;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.memory.MemoryStores;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
    private static final String README_BEGINS = "// README begins";
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final MemoryStores memory = new MemoryStores();
    private final Flaky flaky = new Flaky(memory);
    private final DataStores stores = DataStores.of(List.of(memory, flaky));
    private DataMigrationManager manager;

    @BeforeEach
    void open() throws Exception {
        manager = DataMigrationManager.open(config());
    }

    @AfterEach
    void close() {
        flaky.reads.release(1 << 20);
        manager.close();
    }

    private MigrationConfig config() {
        return MigrationConfig.of(TasksConfig.in(folder.resolve("tasks")).withHeartbeat(Duration.ofMillis(50)), stores);
    }

    private TaskStatus run(MigrationJob job) throws Exception {
        return end(manager.submit(job, "test").id());
    }

    private TaskStatus end(String id) throws Exception {
        return manager.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private static MigrationJob copy() {
        return MigrationJob.of(Action.MIGRATE, "mem:a", "mem:b");
    }

    private static MigrationJob verify() {
        return MigrationJob.of(Action.VERIFY, "mem:a", "mem:b").withVerify(true, false, "");
    }

    private Map<String, String> done(MigrationJob job) throws Exception {
        TaskStatus status = run(job);
        assertThat(status.state()).as(status.error()).isEqualTo(TaskState.DONE);
        return status.result();
    }

    private Map<String, WholeRecord> target() throws StoreException {
        return Samples.all(stores, "mem:b");
    }

    @Test
    @DisplayName("the README's ten lines")
    void tenLines() throws Exception {
        Samples.fill(stores, "mem:shop", 100);
        TasksConfig tasks = TasksConfig.in(folder.resolve("other"));
        String line;
        // README begins
        try (DataMigrationManager migrations = DataMigrationManager.open(MigrationConfig.of(tasks, stores))) {
            MigrationJob job = MigrationJob.of(Action.MIGRATE, "mem:shop", "mem:copy")
                    .with(Filter.ALL.withMatch(List.of("key:*")).withWhere("ttl < 0.0 || ttl > 60.0"))
                    .withTransforms(List.of("rename:/^key:/shop:/", "ttl:max=86400"))
                    .with(Pace.DEFAULT.withLimits(50_000, 64 << 20, 20))
                    .withVerify(true, false, "");
            TaskStatus task = migrations.submit(job, "joe");
            TaskStatus end =
                    migrations.tasks().ended(task.id()).toCompletableFuture().get();
            line = end.state() + " " + end.result().get("records") + ", "
                    + end.result().get("differences") + " differ";
        }
        // README ends
        assertThat(line).isEqualTo("done 100, 0 differ");
        assertThat(Files.readString(Path.of("README.md"))).contains(example());
    }

    private static String example() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kvops/migration/MigrationTest.java"));
        int begin = source.indexOf(README_BEGINS + "\n") + README_BEGINS.length() + 1;
        return source.substring(begin, source.indexOf("        // README ends"))
                .lines()
                .map(line -> line.substring(8) + "\n")
                .reduce("", String::concat);
    }

    @Test
    void migrate_copiesAllTypesAndVerifies() throws Exception {
        Samples.fill(stores, "mem:a", 1_000);
        Map<String, String> result = done(copy().withVerify(true, false, ""));
        assertThat(target()).isEqualTo(Samples.all(stores, "mem:a"));
        assertThat(result)
                .containsEntry("records", "1000")
                .containsEntry("written", "1000")
                .containsEntry("compared", "1000")
                .containsEntry("differences", "0")
                .containsEntry("failed", "0");
        assertThat(Double.parseDouble(result.get("copySeconds"))).isPositive();
    }

    @Test
    void filters_letPassWhatTheySay() throws Exception {
        Samples.fill(stores, "mem:a", 600);
        assertThat(copied(Filter.ALL.withMatch(List.of("key:1?", "key:2[0-4]"))))
                .hasSize(15);
        assertThat(copied(Filter.ALL.withRegex(":5\\d$"))).hasSize(10);
        assertThat(copied(Filter.ALL.withTypes(Set.of(RecordType.HASH)))).hasSize(100);
        assertThat(copied(Filter.ALL.withTtl("any"))).hasSize(200);
        assertThat(copied(Filter.ALL.withTtl("none"))).hasSize(400);
        assertThat(copied(Filter.ALL.withTtl("..3600"))).isEmpty();
        assertThat(copied(Filter.ALL.withWhere("type == 'list' && elements > 6 && key != 'key:2'")))
                .allSatisfy((key, record) -> assertThat(record.elements()).hasSizeGreaterThan(6))
                .isNotEmpty();
        Map<String, WholeRecord> small = copied(Filter.ALL.withSize(new Range(0, 60)));
        Map<String, WholeRecord> large = copied(Filter.ALL.withSize(new Range(61, Long.MAX_VALUE)));
        assertThat(small.size() + large.size()).isEqualTo(600);
        assertThat(small).isNotEmpty();
        assertThat(large).isNotEmpty();
        Map<String, WholeRecord> sample = copied(Filter.ALL.withSample(0.5));
        assertThat(sample.size()).isBetween(200, 400);
        assertThat(copied(Filter.ALL.withSample(0.5))).isEqualTo(sample);
        assertThat(copied(Filter.ALL.withSample(0.25)).keySet()).isSubsetOf(sample.keySet());
    }

    private Map<String, WholeRecord> copied(Filter filter) throws Exception {
        memory.open(io.kvops.stores.StoreAddress.parse("mem:b"), io.kvops.stores.data.OpenOptions.toWrite())
                .delete(target().keySet().stream().map(Slice::of).toList());
        Map<String, String> result = done(copy().with(filter).withVerify(true, false, ""));
        assertThat(result).containsEntry("differences", "0");
        return target();
    }

    @Test
    void filtersAndTransforms_thatMakeNoSense_areRefusedWithWhatIsExpected() {
        assertThatThrownBy(() -> Filter.ALL.withWhere("size + 1"))
                .hasMessage("where: 'size + 1' is a int (expected true or false: a comparison, as size > 1024)");
        assertThatThrownBy(() -> Filter.ALL.withWhere("nothing > 1")).hasMessageContaining("column 1");
        assertThatThrownBy(() -> Filter.ALL.withRegex("(")).hasMessageStartingWith("regex: '('");
        assertThatThrownBy(() -> Filter.ALL.withSample(0)).hasMessageContaining("expected more than 0");
        assertThatThrownBy(() -> Range.parse("5")).hasMessageContaining("FROM..TO");
        assertThatThrownBy(() -> copy().withTransforms(List.of("frob:x")))
                .hasMessageContaining("'frob:x' (expected one of drop:FIELD-GLOB");
        assertThatThrownBy(() -> copy().withTransforms(List.of("rename:/a/b")))
                .hasMessageContaining("expected rename:/REGEX/REPLACEMENT/");
        assertThatThrownBy(() -> MigrationJob.of(Action.MIGRATE, "mem:a", "mem:a"))
                .hasMessageContaining("is the source");
    }

    @Test
    void transforms_changeWhatTheySay() throws Exception {
        Samples.put(
                stores,
                "mem:a",
                List.of(
                        Samples.string("user:1", "secret"),
                        WholeRecord.of(
                                RecordHeader.of(Slice.of("user:2"), RecordType.HASH, Samples.FAR),
                                List.of(
                                        new WholeRecord.Field(Slice.of("card"), Slice.of("4111"), -1),
                                        new WholeRecord.Field(Slice.of("tmp1"), Slice.of("x"), -1),
                                        new WholeRecord.Field(Slice.of("name"), Slice.of("joe"), -1))),
                        WholeRecord.of(
                                RecordHeader.of(Slice.of("list"), RecordType.LIST, -1),
                                List.of(new WholeRecord.Item(Slice.of("a")), new WholeRecord.Item(Slice.of("b"))))));
        Map<String, String> result = done(copy().withTransforms(List.of(
                        "mask:key=user:*",
                        "mask:field=card",
                        "drop:tmp*",
                        "retype:zset",
                        "rename:/^user:(\\d)/u$1/",
                        "ttl:none",
                        "set:key=type + ':' + key"))
                .withVerify(true, false, ""));
        assertThat(result).containsEntry("differences", "0");
        assertThat(target())
                .isEqualTo(Map.of(
                        "string:u1",
                        Samples.string("string:u1", "***"),
                        "hash:u2",
                        WholeRecord.of(
                                RecordHeader.of(Slice.of("hash:u2"), RecordType.HASH, -1),
                                List.of(
                                        new WholeRecord.Field(Slice.of("card"), Slice.of("***"), -1),
                                        new WholeRecord.Field(Slice.of("name"), Slice.of("joe"), -1))),
                        "zset:list",
                        WholeRecord.of(
                                RecordHeader.of(Slice.of("zset:list"), RecordType.ZSET, -1),
                                List.of(
                                        new WholeRecord.Scored(Slice.of("a"), 0),
                                        new WholeRecord.Scored(Slice.of("b"), 1)))));
    }

    @Test
    void rename_keepsBytesThatAreNoText() throws Exception {
        Slice key = Slice.of(new byte[] {'u', ':', (byte) 0xff, 0, (byte) 0xc3});
        Samples.put(stores, "mem:a", List.of(WholeRecord.string(key, Slice.of("v"))));
        done(copy().withTransforms(List.of("rename:/^u:/ü:/")));
        byte[] expected = "ü:...".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(key.toBytes(), 2, expected, 3, 3);
        assertThat(target().values())
                .singleElement()
                .satisfies(r -> assertThat(r.key()).isEqualTo(Slice.of(expected)));
    }

    @Test
    void conflicts_areSolvedAsChosen() throws Exception {
        Samples.put(stores, "mem:a", List.of(Samples.string("k", "new", Samples.FAR + 5), Samples.string("l", "l")));
        assertThat(against("old", Samples.FAR, Conflict.OVERWRITE, false)).isEqualTo("new");
        assertThat(against("old", Samples.FAR, Conflict.SKIP, false)).isEqualTo("old");
        assertThat(against("old", Samples.FAR, Conflict.NEWER, false)).isEqualTo("new");
        assertThat(against("old", Samples.FAR + 9, Conflict.NEWER, false)).isEqualTo("old");
        assertThat(against("old", -1, Conflict.NEWER, false)).isEqualTo("old");
        assertThat(against("old", -1, Conflict.OVERWRITE, true)).isEqualTo("new");
        Map<String, String> second = done(copy().withConflict(Conflict.OVERWRITE, true));
        assertThat(second)
                .containsEntry("written", "0")
                .containsEntry("same", "2")
                .containsEntry("skipped", "2");
        TaskStatus failed = run(copy().withConflict(Conflict.FAIL, false));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error())
                .startsWith("migrate mem:a to mem:b stopped at 0 keys: a key is there already")
                .contains("the source is untouched")
                .endsWith("kvops tasks resume " + failed.id());
    }

    private String against(String there, long expiry, Conflict conflict, boolean onlyDifferent) throws Exception {
        Samples.put(stores, "mem:b", List.of(Samples.string("k", there, expiry)));
        done(copy().withConflict(conflict, onlyDifferent));
        return target().get("k").elements().get(0).name().toText();
    }

    @Test
    void verify_tellsWhatDiffers_andRepairsThatAlone() throws Exception {
        Samples.fill(stores, "mem:a", 300);
        Samples.fill(stores, "mem:b", 290);
        Samples.put(
                stores,
                "mem:b",
                List.of(
                        Samples.string("key:0", "other"),
                        Samples.string("key:6", "other"),
                        Samples.string("extra\u0000\"", "x")));
        Path report = folder.resolve("report");
        Map<String, String> found = done(verify().withVerify(true, false, report.toString()));
        assertThat(found)
                .containsEntry("compared", "300")
                .containsEntry("missing", "10")
                .containsEntry("different", "2")
                .containsEntry("extra", "1")
                .containsEntry("differences", "13")
                .containsEntry("repaired", "0");
        assertThat(Files.readAllLines(report))
                .hasSize(13)
                .contains(
                        "{\"difference\":\"missing\",\"key\":\"key:295\"}",
                        "{\"difference\":\"different\",\"key\":\"key:6\"}",
                        "{\"difference\":\"extra\",\"key\":\"extra\\u0000\\\"\"}");
        assertThat(done(verify().withVerify(true, true, ""))).containsEntry("repaired", "13");
        assertThat(target()).isEqualTo(Samples.all(stores, "mem:a"));
        assertThat(done(verify())).containsEntry("differences", "0");
    }

    @Test
    void verify_withFewKeysRemembered_asksTheSource() throws Exception {
        Samples.fill(stores, "mem:a", 100);
        Samples.fill(stores, "mem:b", 101);
        manager.close();
        manager = DataMigrationManager.open(config().withKeysMax(10));
        assertThat(done(verify())).containsEntry("extra", "1").containsEntry("differences", "1");
        TaskStatus status = run(verify().withTransforms(List.of("rename:/x/y/")));
        assertThat(status.error()).contains("there are more keys than 10");
    }

    @Test
    void storeThatIsGoneNowAndThen_isTriedAgain() throws Exception {
        Samples.fill(stores, "mem:a", 1_000);
        flaky.failEach.set(300);
        for (Conflict conflict : List.of(Conflict.OVERWRITE, Conflict.FAIL)) {
            Map<String, WholeRecord> before = target();
            memory.open(io.kvops.stores.StoreAddress.parse("mem:b"), io.kvops.stores.data.OpenOptions.toWrite())
                    .delete(before.keySet().stream().map(Slice::of).toList());
            MigrationJob job = MigrationJob.of(Action.MIGRATE, "mem:a", "flaky:b")
                    .withConflict(conflict, false)
                    .with(Pace.DEFAULT.withBatch(100));
            assertThat(done(job)).containsEntry("failed", "0");
            assertThat(target()).isEqualTo(Samples.all(stores, "mem:a"));
        }
    }

    @Test
    void storeThatStaysAway_failsTheTask_whichGoesOnLater() throws Exception {
        Samples.fill(stores, "mem:a", 500);
        flaky.failEach.set(200);
        flaky.kind = StoreException.Kind.FULL;
        MigrationJob job = MigrationJob.of(Action.MIGRATE, "mem:a", "flaky:b").with(Pace.DEFAULT.withBatch(50));
        TaskStatus failed = run(job);
        assertThat(failed.error())
                .startsWith("migrate mem:a to flaky:b stopped at ")
                .contains("flaky: gone");
        flaky.failEach.set(0);
        manager.tasks().resume(failed.id());
        TaskStatus end = end(failed.id());
        assertThat(end.state()).isEqualTo(TaskState.DONE);
        assertThat(target()).isEqualTo(Samples.all(stores, "mem:a"));
        assertThat(Long.parseLong(end.result().get("written"))).isBetween(500L, 550L);
    }

    @Test
    void pauseAndResume_underWay_isIdentical_andCancelSaysWhatIsLeft() throws Exception {
        Samples.fill(stores, "mem:a", 2_000);
        flaky.reads = new Semaphore(0);
        MigrationJob job = MigrationJob.of(Action.MIGRATE, "flaky:a", "mem:b").with(Pace.DEFAULT.withBatch(10));
        String id = manager.submit(job, "test").id();
        for (int i = 0; i < 3; i++) {
            int before = target().size();
            flaky.reads.release(60);
            await().atMost(LONG).until(() -> target().size() >= before + 30);
            manager.tasks().pause(id);
            awaitRest(id, TaskState.PAUSED);
            manager.tasks().resume(id);
        }
        flaky.reads.release(10_000);
        assertThat(end(id).state()).isEqualTo(TaskState.DONE);
        assertThat(target()).isEqualTo(Samples.all(stores, "mem:a"));
        assertThat(end(id).result()).containsEntry("written", "2000").containsEntry("records", "2000");

        flaky.reads = new Semaphore(0);
        String second = manager.submit(job, "test").id();
        flaky.reads.release(20);
        await().atMost(LONG)
                .until(() -> manager.tasks().status(second).progress().done() >= 19);
        manager.tasks().cancel(second);
        awaitRest(second, TaskState.CANCELLED);
        assertThat(end(second).result().get("left"))
                .matches("mem:b has at least \\d+ records that the task wrote, each whole; the source is untouched");
    }

    /** Lets a reader that waits go on record by record until it sees that it is to stop. */
    private void awaitRest(String id, TaskState state) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
            flaky.reads.release();
            return manager.tasks().status(id).state() == state;
        });
    }

    @Test
    void largeRecord_isComparedByItsDigest_andCopiedIfItPassesTheFilter() throws Exception {
        List<WholeRecord.Element> members = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            members.add(new WholeRecord.Scored(Slice.of("member-of-some-length-" + i), i / 7.0));
        }
        WholeRecord large = WholeRecord.of(RecordHeader.of(Slice.of("large"), RecordType.ZSET, -1), members);
        Samples.put(stores, "mem:a", List.of(large, Samples.string("small", "x")));
        Map<String, String> result =
                done(copy().withConflict(Conflict.OVERWRITE, true).withVerify(true, false, ""));
        assertThat(result).containsEntry("written", "2").containsEntry("differences", "0");
        assertThat(done(copy().withConflict(Conflict.OVERWRITE, true)))
                .containsEntry("written", "0")
                .containsEntry("same", "2");
        members.set(59_999, new WholeRecord.Scored(Slice.of("member-of-some-length-59999"), 0));
        Samples.put(
                stores,
                "mem:b",
                List.of(WholeRecord.of(RecordHeader.of(Slice.of("large"), RecordType.ZSET, -1), members)));
        assertThat(done(verify())).containsEntry("different", "1").containsEntry("differences", "1");
        assertThat(done(copy().with(Filter.ALL.withSize(Range.parse("1m..100m")))))
                .containsEntry("written", "1");
        assertThat(done(verify())).containsEntry("differences", "0");
    }

    @Test
    void plan_saysWhatWouldBeDone_andWritesNothing() throws Exception {
        Samples.fill(stores, "mem:a", 10);
        Plan plan = manager.plan(copy());
        assertThat(plan.title()).isEqualTo("migrate mem:a to mem:b");
        assertThat(plan.size().records()).isEqualTo(10);
        assertThat(plan.loss().fails()).isFalse();
        assertThat(plan.parts()).isEqualTo(1);
        assertThat(plan.warnings()).anyMatch(w -> w.startsWith("the source is read while it changes"));
        assertThat(target()).isEmpty();
        assertThatThrownBy(() -> manager.plan(MigrationJob.of(Action.MIGRATE, "redis://127.0.0.1:1", "mem:b")))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("expected one of flaky, mem");
    }
}
