package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.migration.filter.Filter;
import io.kvops.migration.filter.Range;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.memory.MemoryStores;
import io.kvops.stores.data.rdb.RdbStores;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.FileStores;
import io.kvops.stores.format.Manifest;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as targets and as sources. */
class FilesTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final MemoryStores memory = new MemoryStores();
    private final Flaky flaky = new Flaky(memory);
    private final DataStores stores = DataStores.of(List.of(memory, flaky, new FileStores(), new RdbStores()));
    private DataMigrationManager manager;

    @BeforeEach
    void open() throws Exception {
        manager = DataMigrationManager.open(MigrationConfig.of(
                TasksConfig.in(folder.resolve("tasks")).withHeartbeat(Duration.ofMillis(50)), stores));
    }

    @AfterEach
    void close() {
        flaky.reads.release(1 << 20);
        manager.close();
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private MigrationJob export(String source, String name) {
        return MigrationJob.of(Action.EXPORT, source, file(name).toString());
    }

    private MigrationJob fill(String name) {
        return MigrationJob.of(Action.IMPORT, file(name).toString(), "mem:b");
    }

    private TaskStatus run(MigrationJob job) throws Exception {
        return end(manager.submit(job, "test").id());
    }

    private TaskStatus end(String id) throws Exception {
        return manager.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private Map<String, String> done(MigrationJob job) throws Exception {
        TaskStatus status = run(job);
        assertThat(status.state()).as(status.error()).isEqualTo(TaskState.DONE);
        return status.result();
    }

    private Map<String, WholeRecord> all(String address) throws Exception {
        return Samples.all(stores, address);
    }

    private List<String> names() {
        return Arrays.stream(folder.toFile().list())
                .filter(name -> !name.equals("tasks"))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d.jsonl",
                "d.json",
                "d.csv",
                "d.kvb",
                "d.pb",
                "d.msgpack",
                "d.jsonl.zst",
                "d.csv.gz",
                "d.kvb.lz4",
                "d"
            })
    void exportAndImport_giveTheSameRecords_andTheyCompare(String name) throws Exception {
        Samples.fill(stores, "mem:a", 600);
        assertThat(done(export("mem:a", name)))
                .containsEntry("records", "600")
                .containsEntry("bytes", Long.toString(Files.size(file(name))));
        assertThat(names()).containsExactly(name);
        Files.move(file(name), file("other.name"));
        Map<String, String> result = done(fill("other.name").withVerify(true, false, ""));
        assertThat(result)
                .containsEntry("written", "600")
                .containsEntry("compared", "600")
                .containsEntry("scanned", "600")
                .containsEntry("differences", "0");
        assertThat(all("mem:b")).isEqualTo(all("mem:a"));
    }

    @Test
    void parts_areWrittenSideBySide_andTheirManifestSaysThemAll() throws Exception {
        Samples.fill(stores, "mem:a", 5_000);
        MigrationJob job = export("mem:a", "d.kvb.zst").with(FileOptions.DEFAULT.withParts(4));
        Files.writeString(Manifest.part(file("d.kvb.zst"), 9), "of another export");
        done(job);
        List<String> parts = names();
        Manifest manifest = Manifest.read(Manifest.path(file("d.kvb.zst")));
        assertThat(manifest.records()).isEqualTo(5_000);
        assertThat(manifest.verify(folder)).isEmpty();
        done(job);
        assertThat(names()).isEqualTo(parts);
        assertThat(done(fill("d.kvb.zst"))).containsEntry("written", "5000");
        assertThat(all("mem:b")).isEqualTo(all("mem:a"));
        Files.writeString(file("d.kvb.zst"), "x");
        assertThat(run(job).error()).contains("would hide a set of parts of that name");
    }

    @Test
    void pauses_leaveAFileThatIsGoneOnWith_andCancelLeavesNothing() throws Exception {
        Samples.fill(stores, "mem:a", 2_000);
        for (String name : List.of("d.jsonl", "d.kvb", "d.json.gz")) {
            flaky.reads = new Semaphore(0);
            String id = manager.submit(export("flaky:a", name), "test").id();
            for (int i = 1; i <= 3; i++) {
                flaky.reads.release(100);
                int seen = 90 * i;
                await().atMost(LONG)
                        .until(() -> manager.tasks().status(id).progress().done() >= seen);
                manager.tasks().pause(id);
                awaitRest(id, TaskState.PAUSED);
                assertThat(names()).contains(name + ".partial").doesNotContain(name);
                manager.tasks().resume(id);
            }
            flaky.reads.release(10_000);
            assertThat(end(id).state()).isEqualTo(TaskState.DONE);
            assertThat(end(id).result())
                    .containsEntry("written", "2000")
                    .containsEntry("bytes", Long.toString(Files.size(file(name))));
            assertThat(all(file(name).toString())).isEqualTo(all("mem:a"));
        }
        List<String> before = names();
        flaky.reads = new Semaphore(0);
        String id = manager.submit(export("flaky:a", "d.kvb"), "test").id();
        flaky.reads.release(50);
        await().atMost(LONG).until(() -> manager.tasks().status(id).progress().done() >= 40);
        manager.tasks().cancel(id);
        awaitRest(id, TaskState.CANCELLED);
        assertThat(end(id).result().get("left"))
                .isEqualTo(
                        file("d.kvb") + " is what it was before the task, what was written of the new one is removed;"
                                + " the source is untouched");
        assertThat(names()).isEqualTo(before);
        assertThat(all(file("d.kvb").toString())).isEqualTo(all("mem:a"));
    }

    /** Lets a reader that waits go on record by record until it sees that it is to stop. */
    private void awaitRest(String id, TaskState state) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
            flaky.reads.release();
            return manager.tasks().status(id).state() == state;
        });
    }

    @Test
    void sourceThatIsGoneNowAndThen_isReadOn() throws Exception {
        Samples.fill(stores, "mem:a", 1_000);
        flaky.failEach.set(300);
        assertThat(done(export("flaky:a", "d.csv"))).containsEntry("failed", "0");
        assertThat(all(file("d.csv").toString())).isEqualTo(all("mem:a"));
    }

    @Test
    void fullDisk_isOneLine_andTheTaskGoesOnWhenThereIsRoom() throws Exception {
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isWritable(full), "no /dev/full here");
        Samples.fill(stores, "mem:a", 2_000);
        Files.createSymbolicLink(file("d.jsonl.partial"), full);
        TaskStatus failed = run(export("mem:a", "d.jsonl"));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error())
                .startsWith("export mem:a to " + file("d.jsonl") + " stopped at 0 keys: ")
                .contains("no room is left")
                .endsWith("kvops tasks resume " + failed.id())
                .doesNotContain("\n");
        Files.delete(file("d.jsonl.partial"));
        manager.tasks().resume(failed.id());
        assertThat(end(failed.id()).state()).isEqualTo(TaskState.DONE);
        assertThat(all(file("d.jsonl").toString())).isEqualTo(all("mem:a"));
    }

    @Test
    void badLines_failTheImportSayingWhere_orAreLeftOutAndListed() throws Exception {
        Samples.fill(stores, "mem:a", 20);
        done(export("mem:a", "d.jsonl"));
        List<String> lines = new ArrayList<>(Files.readAllLines(file("d.jsonl")));
        lines.set(5, "{\"key\":");
        lines.set(9, "oops");
        Files.write(file("bad.jsonl"), lines);
        TaskStatus failed = run(fill("bad.jsonl"));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).contains("line 6").contains("bad.jsonl").doesNotContain("\n");
        TaskStatus skipped = run(fill("bad.jsonl").with(FileOptions.DEFAULT.withSkipDamaged(true)));
        assertThat(skipped.state()).as(skipped.error()).isEqualTo(TaskState.DONE);
        assertThat(skipped.result()).containsEntry("records", "18").containsEntry("failed", "3");
        assertThat(manager.tasks().log(skipped.id(), 20))
                .anyMatch(line -> line.contains("left out: line 6: "))
                .anyMatch(line -> line.contains("left out: line 10: "));
        assertThat(all("mem:a")).containsAllEntriesOf(all("mem:b"));
    }

    @Test
    void importOnlyWhatDiffers_alsoOfLargeRecords_andCompareTheFileWithTheStore() throws Exception {
        List<WholeRecord.Element> members = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            members.add(new WholeRecord.Scored(Slice.of("member-of-some-length-" + i), i / 7.0));
        }
        WholeRecord large = WholeRecord.of(RecordHeader.of(Slice.of("large"), RecordType.ZSET, -1), members);
        Samples.put(stores, "mem:a", List.of(Samples.string("a", "1"), large, Samples.string("z", "2")));
        done(export("mem:a", "d.jsonl"));
        MigrationJob different = fill("d.jsonl").withConflict(Conflict.OVERWRITE, true);
        assertThat(done(different)).containsEntry("written", "3");
        assertThat(done(different)).containsEntry("written", "0").containsEntry("same", "3");
        Samples.put(
                stores,
                "mem:b",
                List.of(
                        WholeRecord.of(
                                RecordHeader.of(Slice.of("large"), RecordType.ZSET, -1), members.subList(0, 59_999)),
                        Samples.string("z", "3"),
                        Samples.string("extra", "x")));
        MigrationJob verify = MigrationJob.of(Action.VERIFY, file("d.jsonl").toString(), "mem:b");
        assertThat(done(verify))
                .containsEntry("compared", "3")
                .containsEntry("different", "2")
                .containsEntry("extra", "1")
                .containsEntry("differences", "3");
        assertThat(done(different)).containsEntry("written", "2").containsEntry("same", "1");
        assertThat(done(verify.withVerify(true, true, ""))).containsEntry("repaired", "1");
        assertThat(all("mem:b")).isEqualTo(all("mem:a"));
        Samples.put(stores, "mem:b", List.of(Samples.string("large", "x")));
        assertThat(done(verify.withVerify(true, true, ""))).containsEntry("repaired", "1");
        assertThat(all("mem:b")).isEqualTo(all("mem:a"));
        assertThat(done(fill("d.jsonl").with(Filter.ALL.withSize(Range.parse("1m..100m")))))
                .containsEntry("written", "1");
    }

    @Test
    @DisplayName(
            "an export is read back and compared with its store, in both directions, also in parts and of some records")
    void exportWithVerify_readsTheFileBack() throws Exception {
        Samples.fill(stores, "mem:a", 300);
        for (String name : List.of("d.kvb", "d.jsonl.gz")) {
            assertThat(done(export("mem:a", name).withVerify(true, false, "")))
                    .containsEntry("records", "300")
                    .containsEntry("compared", "300")
                    .containsEntry("differences", "0")
                    .containsKey("verifiedAt");
        }
        MigrationJob some = export("mem:a", "p.kvb")
                .with(FileOptions.DEFAULT.withParts(3))
                .with(Filter.ALL.withMatch(List.of("key:1*")));
        assertThat(done(some.withVerify(true, false, "")))
                .containsEntry("compared", "111")
                .containsEntry("differences", "0");
        assertThatThrownBy(() -> some.withTransforms(List.of("ttl:none")).withVerify(true, false, ""))
                .hasMessageContaining("and no transforms");
        String other = file("d.kvb").toString();
        assertThatThrownBy(() -> MigrationJob.of(
                                Action.MIGRATE, other, file("e.kvb").toString())
                        .withVerify(true, false, ""))
                .hasMessageContaining("expected a source that is a store");
    }

    @Test
    @DisplayName("what the store has not any more is extra in the file, and what it got meanwhile is missing there")
    void exportWithVerify_ofAStoreThatChanges_saysWhatIsDifferent() throws Exception {
        Samples.put(stores, "mem:a", List.of(Samples.string("gone", "1"), Samples.string("b", "1")));
        Samples.put(
                stores,
                "mem:later",
                List.of(Samples.string("b", "2"), Samples.string("new", "1"), Samples.string("newer", "1")));
        DataStoreProvider changing = new DataStoreProvider() {
            @Override
            public Set<String> schemes() {
                return Set.of("changing");
            }

            @Override
            public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
                DataStore first = memory.open(address.withPath("a"), options);
                DataStore later = memory.open(address.withPath("later"), options);
                AtomicBoolean scanned = new AtomicBoolean();
                return (DataStore) Proxy.newProxyInstance(
                        DataStore.class.getClassLoader(), new Class<?>[] {DataStore.class}, (proxy, method, args) -> {
                            DataStore now = scanned.get() ? later : first;
                            if (method.getName().equals("scan")) {
                                scanned.set(true);
                            }
                            return method.invoke(now, args);
                        });
            }
        };
        DataStores both = DataStores.of(List.of(memory, changing, new FileStores()));
        Path report = file("report.jsonl");
        try (DataMigrationManager other =
                DataMigrationManager.open(MigrationConfig.of(TasksConfig.in(folder.resolve("others")), both))) {
            MigrationJob job = export("changing:x", "d.jsonl").withVerify(true, false, report.toString());
            String id = other.submit(job, "test").id();
            TaskStatus end = other.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
            assertThat(end.result())
                    .as(end.error())
                    .containsEntry("missing", "2")
                    .containsEntry("different", "1")
                    .containsEntry("extra", "1")
                    .containsEntry("differences", "4");
        }
        assertThat(Files.readAllLines(report))
                .containsExactlyInAnyOrder(
                        "{\"difference\":\"extra\",\"key\":\"gone\"}",
                        "{\"difference\":\"different\",\"key\":\"b\"}",
                        "{\"difference\":\"missing\",\"key\":\"new\"}",
                        "{\"difference\":\"missing\",\"key\":\"newer\"}");
    }

    @Test
    void conflictsOfAnImport_areSolvedAsChosen() throws Exception {
        Samples.put(stores, "mem:a", List.of(Samples.string("k", "new"), Samples.string("l", "l")));
        done(export("mem:a", "d.msgpack"));
        Samples.put(stores, "mem:b", List.of(Samples.string("k", "old")));
        assertThat(run(fill("d.msgpack").withConflict(Conflict.FAIL, false)).error())
                .contains("a key is there already");
        assertThat(done(fill("d.msgpack").withConflict(Conflict.SKIP, false))).containsEntry("skipped", "1");
        assertThat(all("mem:b")).containsEntry("k", Samples.string("k", "old"));
        done(fill("d.msgpack"));
        assertThat(all("mem:b")).isEqualTo(all("mem:a"));
    }

    @Test
    void plan_writesNothing_andSaysWhatMayGoWrong() throws Exception {
        Samples.fill(stores, "mem:a", 10);
        assertThat(manager.plan(export("mem:a", "d.csv")).loss().lines()).isEmpty();
        assertThat(names()).isEmpty();
        Files.writeString(file("d.csv"), "x");
        assertThat(manager.plan(export("mem:a", "d.csv")).warnings())
                .contains(file("d.csv") + " is there, and is replaced once the new one is whole");
        assertThatThrownBy(() -> manager.plan(export("mem:a", "none/d.csv")))
                .hasMessageContaining("there is no folder " + folder.resolve("none"));
        assertThatThrownBy(() -> manager.plan(MigrationJob.of(Action.MIGRATE, "mem:a", folder + "/d.unknown")))
                .hasMessageContaining("no store, nor a file whose name ends as one of csv, ");
        assertThatThrownBy(() -> manager.plan(export("mem:a", "d").with(FileOptions.DEFAULT.withFormat("xml"))))
                .hasMessageContaining("format: xml (expected one of csv, ");
        assertThatThrownBy(() -> MigrationJob.of(Action.EXPORT, "mem:a", "mem:b"))
                .hasMessageContaining("expected the name of a file");
        assertThatThrownBy(() ->
                        MigrationJob.of(Action.VERIFY, "mem:a", file("d.csv").toString()))
                .hasMessageContaining("kvops verify " + file("d.csv") + " mem:a");
    }

    @Test
    void fileThatGotItsNameAsItsProcessDied_isKnownForItsOwn() throws Exception {
        for (String name : List.of("d.jsonl", "d.kvb.zst", "d.csv.gz")) {
            FileTarget target = FileTarget.open(file(name), DataFormats.load(), FileOptions.DEFAULT);
            PartState begun = PartState.begin("all");
            String kept;
            String finished;
            try (PartWriter writer = target.writer(0, begun, false, () -> {})) {
                Samples.record(1).writeTo(writer.sink());
                Samples.record(2).writeTo(writer.sink());
                writer.flush();
                kept = writer.kept();
                writer.finish();
                finished = writer.kept();
            }
            PartState atEnd = new PartState("", false, Tally.NONE, kept);
            try (PartWriter again = target.writer(0, atEnd, true, () -> {})) {
                assertThat(again.finishes()).isFalse();
                assertThat(again.kept()).isEqualTo(finished);
            }
            assertThatThrownBy(() -> target.writer(0, new PartState("rest", false, Tally.NONE, kept), true, () -> {}))
                    .hasMessageContaining(name + ".partial: is gone");
            Files.writeString(file(name), "of somebody else");
            assertThatThrownBy(() -> target.writer(0, atEnd, true, () -> {}))
                    .hasMessageContaining(name + ".partial: is gone");
        }
    }

    @Test
    void dryRunOfAnImport_tellsWhatThisFileHas() throws Exception {
        Samples.fill(stores, "mem:a", 60);
        done(export("mem:a", "d.json.lz4"));
        MigrationConfig config = MigrationConfig.of(TasksConfig.in(folder.resolve("none")), stores);
        Plan plan = DataMigrationManager.dryRun(config, fill("d.json.lz4").with(Filter.ALL.withTtl("none")));
        assertThat(plan.size().records()).isEqualTo(40);
        assertThat(plan.loss().lines()).isEmpty();
        MigrationJob toFile = MigrationJob.of(
                Action.MIGRATE, file("d.json.lz4").toString(), file("e.kvb").toString());
        assertThat(DataMigrationManager.dryRun(config, toFile).size().records()).isEqualTo(60);
        assertThat(names()).containsExactly("d.json.lz4");
        done(toFile);
        assertThat(all(file("e.kvb").toString())).isEqualTo(all("mem:a"));
    }

    @Test
    @DisplayName("what was begun and is not whole is not taken for a file")
    void partial_isSaid() throws Exception {
        Files.writeString(file("d.csv.partial"), "x");
        assertThatThrownBy(() -> manager.plan(fill("d.csv"))).hasMessageContaining("was begun and is not whole");
        assertThatThrownBy(() -> manager.plan(fill("e.csv"))).hasMessageContaining("there is no such file");
    }
}
