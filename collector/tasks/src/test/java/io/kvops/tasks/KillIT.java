package io.kvops.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed as the kernel kills. */
class KillIT {
    private static final int KILLS = Boolean.getBoolean("kvops.proof") ? 100 : 6;

    @TempDir
    Path folder;

    @Test
    @DisplayName("after kills at random points the output is the one of a run without")
    void kills_changeNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int before = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int lines = 1 + random.nextInt(CountingChild.LINES / (KILLS * CountingChild.EACH) + 1);
            before = runAndKillAfter(lines, before, seed);
        }
        assertThat(runAndKillAfter(Integer.MAX_VALUE, before, seed)).isEqualTo(CountingChild.LINES);
        List<String> expected = IntStream.range(0, CountingChild.LINES)
                .mapToObj(i -> "line " + i)
                .toList();
        assertThat(Files.readAllLines(folder.resolve("out")))
                .as("seed %s", seed)
                .isEqualTo(expected);
        try (Tasks tasks = Tasks.open(TasksConfig.in(folder.resolve("tasks")).withPickUp(false), java.util.Map.of())) {
            assertThat(tasks.list()).singleElement().matches(t -> t.state() == TaskState.DONE);
        }
    }

    /** @return the last number that the child kept before it was killed, or before it ended by itself */
    private int runAndKillAfter(int lines, int before, long seed) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CountingChild.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int last = before; // it says nothing if all was kept before it was killed the last time
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            int n = 0;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                int kept = Integer.parseInt(line);
                assertThat(kept)
                        .as("goes on from the checkpoint, seed %s", seed)
                        .isGreaterThan(last)
                        .isLessThanOrEqualTo(CountingChild.LINES);
                last = kept;
                if (++n == lines) {
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
