package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fills up under load: nothing more is acknowledged, agents keep; once there is room, it goes on by itself. */
class FullDiskIT {
    private static final String DISK = "size=160m";
    private static final int SENDERS = 4;
    private static final int FRAME_EVERY_MILLIS = 50;

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", disk.toString()) == 0,
                "a small disk can be mounted by root only: run this test as root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"16MiB", "0"}) // stops before it is full, and when no byte is left
    void diskFull_underLoad_pausesAndResumes(String minFreeBytes) throws Exception {
        // the collector's stderr goes to a file beside it: not on the disk that is full
        Path data = Files.createSymbolicLink(folder.resolve("data"), Files.createDirectories(disk.resolve("data")));
        String config = Files.writeString(
                        folder.resolve("collector.yaml"),
                        "journal: {segmentBytes: 1MiB, minFreeBytes: " + minFreeBytes + "}\n")
                .toString();
        Map<String, Long> counts;
        try (CollectorProcess collector = CollectorProcess.start(data, 0, 0, "--config", config);
                Senders senders = new Senders(
                        SENDERS,
                        collector.ingestPort(),
                        FRAME_EVERY_MILLIS,
                        FRAME_EVERY_MILLIS,
                        System::currentTimeMillis,
                        1)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> senders.framesAcked() > 100);
            Path ballast = disk.resolve("ballast");
            await().atMost(Duration.ofMinutes(2)).until(() -> pausedWhenFilled(collector, ballast));
            long madeWhenPaused = senders.framesMade();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> pausedWhenFilled(collector, ballast) && senders.framesMade() > madeWhenPaused + 100);
            long acked = senders.framesAcked();
            Files.delete(ballast);
            await().atMost(Duration.ofSeconds(60)).until(() -> senders.framesAcked() > acked + 100);
            senders.finish();
            await().atMost(Duration.ofSeconds(60)).until(() -> collector.reportedOps() >= senders.ops());
            JsonNode report = collector.report();
            System.out.printf(
                    "FullDiskIT, minFreeBytes %s: %,d frames acknowledged when it was full, %,d in the end, %,d"
                            + " operations, report %,d%n",
                    minFreeBytes,
                    acked,
                    senders.framesAcked(),
                    senders.ops(),
                    report.path("totals").path("ops").asLong());
            counts = senders.counts();
            assertThat(Senders.counts(report)).isEqualTo(counts);
            assertThat(collector.stop()).isZero();
        }
        try (CollectorProcess next = CollectorProcess.start(data, 0, 0, "--config", config)) {
            assertThat(Senders.counts(next.report())).as("after a restart").isEqualTo(counts);
            assertThat(next.stop()).isZero();
        }
    }

    /** What the collector gives back meanwhile is taken, too. */
    private static boolean pausedWhenFilled(CollectorProcess collector, Path ballast)
            throws IOException, InterruptedException {
        fill(ballast);
        return paused(collector);
    }

    private static boolean paused(CollectorProcess collector) throws IOException, InterruptedException {
        return collector.get("/metrics").body().lines().anyMatch(line -> line.startsWith("kvops_journal_paused 1"));
    }

    /** Until there is no room for one more byte. */
    private static void fill(Path file) throws IOException {
        for (int bytes = 1 << 20; bytes > 0; bytes /= 16) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(new byte[bytes]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
