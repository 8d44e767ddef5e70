package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityCommandTest {
    private static final String PRICES = """
            currency: EUR
            dated: 2026-06-17
            source: a price list
            hoursPerMonth: 730
            hoursPerYear: 8760
            shapes:
              - {name: small, vcpus: 2, memory: 16GiB, disk: 1TiB, connections: 10000, pricePerHour: 0.1}
              - {name: large, vcpus: 4, memory: 32GiB, disk: 1TiB, connections: 10000, pricePerHour: 0.21}
            """;

    @TempDir
    Path folder;

    private StringWriter stdout = new StringWriter();
    private StringWriter stderr = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        StringBuilder csv = new StringBuilder(MetricsFile.COLUMNS + "\n");
        Instant start = Instant.parse("2026-01-05T00:00:00Z");
        for (int day = 0; day < 60; day++) {
            long used = 5_000_000_000L + day * 100_000_000L;
            csv.append(start.plus(Duration.ofDays(day))).append(",redis,,memory,used_memory,");
            csv.append(used).append(",12000000000\n");
            csv.append(start.plus(Duration.ofDays(day)).getEpochSecond()).append(",redis,cart:*,memory,bytes,");
            csv.append(day == 30 ? "" : String.valueOf(used / 2)).append(",\n");
        }
        Files.writeString(folder.resolve("metrics.csv"), csv);
        Files.writeString(folder.resolve("prices.yaml"), PRICES);
    }

    private int run(String command, String... more) {
        stdout = new StringWriter();
        stderr = new StringWriter();
        String[] args = new String[more.length + 3];
        args[0] = command;
        args[1] = "--input";
        args[2] = folder.resolve("metrics.csv").toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Main.run(args, new PrintWriter(stdout, true), new PrintWriter(stderr, true));
    }

    private int recommend(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "--price-file";
        args[1] = folder.resolve("prices.yaml").toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return run("recommend", args);
    }

    @Test
    @DisplayName("capacity says when what is full, the first first; --json is one document")
    void capacity_saysWhen() throws IOException {
        assertThat(run("capacity", "--horizon", "30d")).as(stderr.toString()).isZero();
        String[] lines = stdout.toString().split("\n");
        assertThat(lines[1]).startsWith("redis used_memory").contains("2026-03-1");
        assertThat(lines[2]).startsWith("redis/cart:* bytes");
        assertThat(run("capacity", "--json", "--holidays", "2026-03-02,2026-12-25"))
                .isZero();
        JsonNode first =
                new ObjectMapper().readTree(stdout.toString()).get("resources").get(0);
        assertThat(first.get("thresholds").get(2).get("when").get("likely").asText())
                .startsWith("2026-03-1");
        assertThat(first.get("resource").get("dimension").asText()).isEqualToIgnoringCase("memory");
    }

    @Test
    @DisplayName("recommend names a layout, its cost to the cent, reasons, and by when; what-if changes it")
    void recommend_namesALayout() throws IOException {
        assertThat(recommend("--today", "small")).as(stderr.toString()).isZero();
        // 13.9 GB expected, of which three quarters of 16 GiB are 12.9 GB
        assertThat(stdout.toString())
                .contains("redis used_memory is the first to run out")
                .contains("decide by 2026-0")
                .containsPattern("advised +2 x small +146.00 +1752.00")
                .containsPattern("larger machine +1 x large +153.30 +1839.60")
                .contains("not 1 x small: too small in")
                .contains("not 1 x large: would hold, but costs 7.30 EUR a month more")
                .contains("prices in EUR of 2026-06-17: a price list");
        assertThat(recommend("--replicas", "2", "--growth", "3x", "--json")).isZero();
        JsonNode best = new ObjectMapper().readTree(stdout.toString()).at("/stores/0/advice/best");
        assertThat(best.get("layout").get("replicas").asInt()).isEqualTo(2);
        assertThat(best.get("layout").get("shards").asInt()).isGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("what is wrong is one line, with what to do")
    void wrong_isOneLine() throws IOException {
        assertThat(recommend("--growth", "twice")).isEqualTo(2);
        assertThat(stderr.toString()).contains("--growth: 'twice' (expected a factor such as 2x");
        assertThat(recommend("--today", "huge")).isEqualTo(2);
        assertThat(stderr.toString()).contains("NAME one of [small, large]");
        assertThat(recommend("--store", "other")).isEqualTo(2);
        assertThat(stderr.toString()).contains("expected one of redis");
        assertThat(run("capacity", "--horizon", "-1d")).isEqualTo(2);
        assertThat(run("capacity", "--holidays", "2026-12-25,Easter")).isEqualTo(2);
        Files.writeString(folder.resolve("prices.yaml"), PRICES.replace("vcpus: 4", "vcpus: four"));
        assertThat(recommend()).isEqualTo(1);
        assertThat(stderr.toString()).contains("prices.yaml, line 8: vcpus: 'four'");
        Files.writeString(folder.resolve("metrics.csv"), "a,b\n1,2\n");
        assertThat(run("capacity")).isEqualTo(1);
        assertThat(stderr.toString()).contains("(expected " + MetricsFile.COLUMNS);
        Files.writeString(folder.resolve("metrics.csv"), "time,store,dimension,metric,value\n1,redis,memory,m,x\n");
        assertThat(run("capacity")).isEqualTo(1);
        assertThat(stderr.toString())
                .contains("line 2: value 'x' is not a number")
                .hasLineCount(1);
        Files.writeString(folder.resolve("metrics.csv"), "time,store,dimension,metric,value\n1,redis,memory,m,7\n");
        assertThat(run("capacity")).isEqualTo(1);
        assertThat(stderr.toString()).contains("too few values");
    }
}
