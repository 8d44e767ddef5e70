package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.GaugePoint;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.testing.TestView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityOnlineTest {
    private static final String REDIS = "redis://h:2";
    private static final String PRICES = """
            currency: EUR
            dated: 2026-06-17
            source: a price list
            hoursPerMonth: 730
            hoursPerYear: 8760
            shapes:
              - {name: small, vcpus: 2, memory: 16GiB, disk: 1TiB, connections: 10000, pricePerHour: 0.1}
            """;

    @TempDir
    private Path folder;

    private String stdout = "";
    private String stderr = "";

    private int run(HttpDoor door, String line, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Stream.concat(
                        Arrays.stream(
                                (line + " --collector http://127.0.0.1:" + door.port() + " --horizon 3h").split(" ")),
                        Arrays.stream(more))
                .toArray(String[]::new);
        int exit = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        stdout = out.toString();
        stderr = err.toString();
        return exit;
    }

    @Test
    @DisplayName("without --input capacity and recommend ask the collector, whose answer is shown as that of a file")
    void collector_isAsked() throws Exception {
        Path prices = Files.writeString(folder.resolve("prices.yaml"), PRICES);
        Path chart = folder.resolve("capacity.html");
        try (TestView view = new TestView();
                HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC())) {
            view.history.addGauges(grows(Clock.systemUTC().millis()));
            door.start();
            assertThat(run(door, "capacity", "--store", REDIS, "--chart", chart.toString()))
                    .as(stderr)
                    .isZero();
            assertThat(stdout).contains(REDIS + " memory.used.bytes", "2.79 GiB");
            assertThat(chart).content().contains("<svg", REDIS);
            assertThat(run(door, "capacity --json")).isZero();
            JsonNode capacity = new ObjectMapper().readTree(stdout);
            assertThat(capacity.at("/resources/0/resource/dimension").asText()).isEqualTo("memory");
            assertThat(capacity.at("/resources/0/step").asDouble()).isEqualTo(60);
            assertThat(run(door, "capacity --store nobody")).isZero();
            assertThat(stdout).contains("too little was measured of nobody yet");

            assertThat(run(door, "recommend --growth 2x --replicas 1 --today 2xm7g.large"))
                    .as(stderr)
                    .isZero();
            assertThat(stdout)
                    .contains("today", "2 x m7g.large with 1 replicas each", "prices in USD of 2026-06-17", "advised");
            assertThat(run(door, "recommend --replicas 1", "--price-file", prices.toString()))
                    .isZero();
            assertThat(stdout).containsPattern("advised +1 x small with 1 replicas each +146.00 +1752.00");
            assertThat(run(door, "recommend --today huge")).isEqualTo(1);
            assertThat(stderr).contains("answered 400: today: 'huge' (expected such as 3xNAME");
            assertThat(run(door, "recommend --growth twice")).isEqualTo(2);
            assertThat(run(door, "capacity --holidays 2026-12-25")).isEqualTo(2);
            assertThat(stderr).contains("--holidays goes with --input");
        }
    }

    private static List<GaugePoint> grows(long now) {
        List<GaugePoint> points = new ArrayList<>();
        for (int minute = 100; minute > 0; minute--) {
            long at = now - minute * 60_000;
            points.add(new GaugePoint(at, "redis", REDIS, "memory.used.bytes", 2e9 - minute * 1e7));
            points.add(new GaugePoint(at, "redis", REDIS, "memory.limit.bytes", 3e9));
        }
        return points;
    }
}
