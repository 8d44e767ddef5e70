package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvops.server.FastCollector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 at any moment of a collector's life: while it takes frames, rolls up, archives, and changes its configuration.
 * Its clock runs fast, so that days pass: seconds become ten seconds, minutes, hours, days, and files of the archive.
 */
class KillEverywhereIT {
    private static final int KILLS = Installation.PROOF ? 200 : 5;
    private static final long FACTOR = 300;
    private static final int SENDERS = 3;
    private static final int FRAME_EVERY_MILLIS = 200;
    private static final String CONFIG = """
            journal: {segmentBytes: 1MiB, segmentAge: 30d, retentionAge: 1m, minFreeBytes: 0}
            history: {keepSeconds: 1m, keepTenSeconds: 1h, keepMinutes: 1d, keepHours: 2d, archive: true}
            analyzer: {maxHotKeys: 100}
            """;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("collector killed across ingest, rollup, archive and configuration changes under load: exact totals")
    void killed_anywhere_totalsAreExact() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillEverywhereIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        Path config = Files.writeString(folder.resolve("collector.yaml"), CONFIG);
        long began = System.currentTimeMillis();
        CollectorProcess collector = CollectorProcess.startFast(data, config, began, FACTOR, 0, 0);
        int ingestPort = collector.ingestPort();
        int httpPort = collector.httpPort();
        int changes = 0;
        try (Senders senders = new Senders(
                SENDERS,
                ingestPort,
                FRAME_EVERY_MILLIS * FACTOR,
                FRAME_EVERY_MILLIS,
                () -> FastCollector.millis(began, FACTOR),
                seed)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> senders.framesAcked() > SENDERS);
            for (int kill = 1; kill <= KILLS; kill++) {
                Installation.pass(random.nextInt(1_500));
                changes += change(httpPort, random);
                Installation.pass(random.nextInt(30));
                collector.kill();
                collector = CollectorProcess.startFast(data, config, began, FACTOR, ingestPort, httpPort);
            }
            Installation.pass(1_500);
            senders.finish();
            CollectorProcess last = collector;
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> whole(last, began).path("totals").path("ops").asLong() >= senders.ops());
            JsonNode report = whole(last, began);
            System.out.printf(
                    "KillEverywhereIT: %d kills, %d changes of the configuration, %s of its clock, %,d frames, %,d operations, report %,d, archive %s%n",
                    KILLS,
                    changes,
                    Duration.ofMillis(FastCollector.millis(began, FACTOR) - began),
                    senders.framesAcked(),
                    senders.ops(),
                    report.path("totals").path("ops").asLong(),
                    archived(data));
            assertThat(Senders.counts(report)).as("seed %d", seed).isEqualTo(senders.counts());
            assertThat(report.path("totals").path("ops").asLong()).isEqualTo(senders.ops());
            assertThat(collector.stop()).isZero();
            assertThat(Files.readString(data.resolveSibling("collector.err")))
                    .doesNotContain("damaged")
                    .doesNotContain("does not decode");
        } finally {
            collector.close();
        }
    }

    /** The whole time, and a little more. */
    private static JsonNode whole(CollectorProcess collector, long began) throws IOException, InterruptedException {
        Instant from = Instant.ofEpochMilli(began).minus(Duration.ofDays(1));
        Instant to = Instant.ofEpochMilli(FastCollector.millis(began, FACTOR)).plus(Duration.ofDays(1));
        return collector.json("/api/v1/report?from=" + from + "&to=" + to + "&format=json");
    }

    /** Asks for a change and does not wait for the answer, so that the kill may come before, within or after it. */
    private static int change(int httpPort, Random random) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/api/v1/config"))
                .header("Content-Type", "application/merge-patch+json")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"analyzer\":{\"maxHotKeys\":" + (50 + random.nextInt(100)) + "}}"))
                .build();
        HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .exceptionally(killed -> null);
        return 1;
    }

    private static String archived(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count() + " files";
        }
    }
}
