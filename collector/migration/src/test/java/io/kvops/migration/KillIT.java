package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy from Redis to Redis whose process is killed as the kernel kills. */
class KillIT {
    private static final boolean PROOF = Boolean.getBoolean("kvops.proof");
    private static final int KILLS = PROOF ? 30 : 2;
    private static final int RECORDS = PROOF ? 60_000 : 3_000;
    private static final int PER_SECOND = PROOF ? 6_000 : 3_000;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();

    @ParameterizedTest
    @EnumSource(names = {"OVERWRITE", "FAIL"})
    @DisplayName(
            "after kills at random points of copy and comparison the target is that of a run without, and so says the result")
    void kills_changeNothing(Conflict conflict) throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("-Dkvops.seed=" + seed);
        Random random = new Random(seed);
        try (RedisProcess redis = RedisProcess.start(folder)) {
            Samples.fill(stores, redis.address(0), RECORDS);
            String last = "";
            for (int kill = 0; kill < KILLS && !last.startsWith("end"); kill++) {
                last = run(redis, conflict, random.nextInt(2 * RECORDS));
            }
            for (int i = 0; i < KILLS && !last.startsWith("end done"); i++) {
                last = run(redis, conflict, Long.MAX_VALUE);
            }
            assertThat(last).as("seed %s", seed).startsWith("end done").contains("differences=0");
            Map<String, WholeRecord> copied = Samples.all(stores, redis.address(1));
            assertThat(copied.keySet()).as("seed %s", seed).hasSize(RECORDS);
            assertThat(copied).as("seed %s", seed).isEqualTo(Samples.all(stores, redis.address(0)));
        }
    }

    /** Runs it until it is that far. @return the last line that it said */
    private String run(RedisProcess redis, Conflict conflict, long killAt) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CopyChild.class.getName(),
                        Files.createDirectories(folder.resolve("tasks")).toString(),
                        redis.address(0),
                        redis.address(1),
                        conflict.name(),
                        Integer.toString(PER_SECOND))
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
