package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.Manifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Migration, export and import of a real Redis whose process is killed as the kernel kills. */
class KillIT {
    private static final boolean PROOF = Boolean.getBoolean("kvops.proof");
    private static final int KILLS = PROOF ? 30 : 2;
    private static final int RECORDS = PROOF ? 60_000 : 3_000;
    private static final int PER_SECOND = PROOF ? 6_000 : 3_000;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();
    private final long seed = Long.getLong("kvops.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @EnumSource(names = {"OVERWRITE", "FAIL"})
    @DisplayName(
            "after kills at random points of copy and comparison the target is that of a run without, and so says the result")
    void kills_changeNothing(Conflict conflict) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder)) {
            Samples.fill(stores, redis.address(0), RECORDS);
            String end = killed(
                    2 * RECORDS,
                    List.of("MIGRATE", redis.address(0), redis.address(1), conflict.name()),
                    1,
                    Reading.KEYS);
            assertThat(end).as("seed %s", seed).contains("differences=0");
            same(redis.address(0), redis.address(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"dump.jsonl,1,SNAPSHOT", "dump.kvb.zst,2,KEYS"})
    @DisplayName(
            "after kills at random points of an export and of the import of its file, each is that of a run without")
    void killsOfExportAndImport_changeNothing(String name, int parts, Reading reading) throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder, "--repl-diskless-sync-delay", "0")) {
            Samples.fill(stores, redis.address(0), RECORDS);
            Path file = Files.createDirectories(folder.resolve("files")).resolve(name);
            String end =
                    killed(RECORDS, List.of("EXPORT", redis.address(0), file.toString(), "OVERWRITE"), parts, reading);
            assertThat(end).as("seed %s", seed).contains("records=" + RECORDS, "written=" + RECORDS);
            assertThat(Files.exists(folder.resolve("EXPORT/snapshots")))
                    .as("seed %s", seed)
                    .isEqualTo(reading == Reading.SNAPSHOT);
            if (reading == Reading.SNAPSHOT) {
                assertThat(folder.resolve("EXPORT/snapshots"))
                        .as("seed %s", seed)
                        .isEmptyDirectory();
            }
            same(redis.address(0), file.toString());
            assertThat(FileInspection.of(file, DataFormats.load()).records())
                    .as("seed %s", seed)
                    .isEqualTo(RECORDS);
            if (parts > 1) {
                Manifest manifest = Manifest.read(Manifest.path(file));
                assertThat(manifest.records()).as("seed %s", seed).isEqualTo(RECORDS);
                assertThat(manifest.verify(file.getParent()))
                        .as("seed %s", seed)
                        .isEmpty();
            }
            assertThat(file.getParent().toFile().list())
                    .as("seed %s", seed)
                    .hasSize(parts == 1 ? 1 : parts + 1)
                    .noneMatch(each -> each.endsWith(".partial"));
            end = killed(RECORDS, List.of("IMPORT", file.toString(), redis.address(1), "OVERWRITE"), 1, Reading.AUTO);
            assertThat(end).as("seed %s", seed).contains("failed=0");
            same(redis.address(0), redis.address(1));
        }
    }

    private void same(String source, String target) throws Exception {
        Map<String, WholeRecord> copied = Samples.all(stores, target);
        assertThat(copied.keySet()).as("seed %s", seed).hasSize(RECORDS);
        assertThat(copied).as("seed %s", seed).isEqualTo(Samples.all(stores, source));
    }

    /** Kills a job at random points, each further on, and lets it come to its end. @return what it said then */
    private String killed(int points, List<String> job, int parts, Reading reading) throws Exception {
        System.out.println(job.get(0) + ": -Dkvops.seed=" + seed);
        Path tasks = Files.createDirectories(folder.resolve(job.get(0)));
        String last = "";
        int kills = 0;
        for (int at : random.ints(KILLS, 0, points).sorted().toArray()) {
            if (!last.startsWith("end")) {
                last = run(tasks, job, parts, reading, at);
                kills += last.startsWith("end") ? 0 : 1;
            }
        }
        for (int i = 0; i < KILLS && !last.startsWith("end done"); i++) {
            last = run(tasks, job, parts, reading, Long.MAX_VALUE);
        }
        System.out.println(job.get(0) + " was killed " + kills + " times");
        assertThat(last).as("seed %s", seed).startsWith("end done");
        return last;
    }

    /** Runs it until it is that far. @return the last line that it said */
    private static String run(Path tasks, List<String> job, int parts, Reading reading, long killAt)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CopyChild.class.getName(),
                tasks.toString()));
        command.addAll(job);
        command.addAll(List.of(Integer.toString(PER_SECOND), Integer.toString(parts), reading.name()));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("end ") || line.startsWith("at ")) {
                    last = line;
                }
                if (line.startsWith("at ") && Long.parseLong(line.substring(3)) >= killAt) {
                    child.toHandle().destroyForcibly(); // leaves what it said readable
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return last;
    }
}
