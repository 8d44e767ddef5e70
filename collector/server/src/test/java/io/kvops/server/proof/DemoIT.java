package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.demo.Comparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as a newcomer runs it. */
class DemoIT {
    private static final int SECONDS = Installation.PROOF ? 60 : 5;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("truth.json and report.json agree on the total and on every store/op")
    void demo_isExact() throws Exception {
        Path out = folder.resolve("out");
        Path said = folder.resolve("said");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(Installation.kvops(
                        "demo",
                        "--json",
                        "--seconds",
                        Integer.toString(SECONDS),
                        "--out",
                        out.toString(),
                        "--http-port",
                        "0",
                        "--ingest-port",
                        "0",
                        "--no-browser"))
                .redirectOutput(said.toFile())
                .redirectError(errors.toFile());
        // no redis-server is found there: the one inside embedded-redis has to do; the README's demo takes an installed
        // one
        builder.environment().put("PATH", folder.toString());
        Process demo = builder.start();
        try {
            assertThat(demo.waitFor(SECONDS + 150L, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroy();
        }
        String explanation = Files.readString(said) + Files.readString(errors);
        assertThat(demo.exitValue()).as(explanation).isZero();
        JsonNode answer = new ObjectMapper().readTree(Files.readString(said));
        assertThat(answer.path("exact").asBoolean()).isTrue();
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(out.resolve("report.md")).isNotEmptyFile();
        Comparison comparison = Comparison.of(out.resolve("truth.json"), out.resolve("report.json"));
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.byStoreOp())
                .anyMatch(line -> line.name().startsWith("redis/"))
                .anyMatch(line -> line.name().startsWith("rocksdb/"));
        assertThat(comparison.total().counted()).isPositive();
        System.out.printf("DemoIT: %,d operations, exact%n", comparison.total().counted());
    }
}
