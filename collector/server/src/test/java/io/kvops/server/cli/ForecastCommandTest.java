package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastCommandTest {
    @TempDir
    Path folder;

    private final StringWriter stdout = new StringWriter();
    private final StringWriter stderr = new StringWriter();

    private int run(String... more) {
        Path out = folder.resolve("out.csv");
        String[] args = Stream.concat(
                        Stream.of(
                                "forecast",
                                "--out",
                                out.toString(),
                                "--input",
                                folder.resolve("in.csv").toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return Main.run(args, new PrintWriter(stdout, true), new PrintWriter(stderr, true));
    }

    private static String line(int n) {
        return IntStream.range(0, n).mapToObj(t -> String.valueOf(10 + 2 * t)).collect(Collectors.joining(","));
    }

    @Test
    @DisplayName("each row gets a row of forecasts and rows of both ends, in the order of the input")
    void rows_areForecast() throws IOException {
        String rows = IntStream.range(0, 100)
                .mapToObj(i -> "s" + i + "," + line(40 + i) + "\n")
                .collect(Collectors.joining());
        Files.writeString(folder.resolve("in.csv"), "id,v1,v2\n\"a,b\"," + line(50) + ",,NA\n" + rows);
        assertThat(run("--horizon", "3", "--season", "7", "--level", "90")).isZero();
        assertThat(stdout.toString())
                .startsWith("101 series, 3 values each, in ")
                .contains("intervals of 90 %");
        List<String> middle = Files.readAllLines(folder.resolve("out.csv"));
        assertThat(middle).hasSize(101);
        assertThat(middle.get(0)).startsWith("\"a,b\",");
        String[] last = middle.get(100).split(",");
        assertThat(last[0]).isEqualTo("s99");
        assertThat(Double.parseDouble(last[3])).isCloseTo(10 + 2 * 141, org.assertj.core.api.Assertions.within(0.1));
        assertThat(Files.readAllLines(folder.resolve("out.csv.lo"))).hasSize(101);
        assertThat(Files.readAllLines(folder.resolve("out.csv.hi"))).hasSize(101);
        assertThat(folder.toFile().list()).hasSize(4);
    }

    @Test
    @DisplayName("what should be known of a forecast is said, of twenty series at most")
    void caveats_areSaid() throws IOException {
        String gap = "3,3,3,,,3,3,3,3\n";
        Files.writeString(
                folder.resolve("in.csv"),
                IntStream.range(0, 23).mapToObj(i -> "s" + i + "," + gap).collect(Collectors.joining()));
        assertThat(run("--horizon", "2")).isZero();
        assertThat(stdout.toString().lines())
                .hasSize(22)
                .contains("series 's0': 2 of 9 values were missing and are interpolated", "3 more series have caveats");
    }

    @Test
    @DisplayName("a wrong cell, a series too short, an empty file: one line, and nothing is written")
    void wrongInput_leavesNothing() throws IOException {
        Files.writeString(folder.resolve("in.csv"), "a,1,2,3\nb,1,x,3\n");
        assertThat(run("--horizon", "3")).isEqualTo(1);
        assertThat(stderr.toString()).contains("line 2, series 'b', value 2: 'x' is not a number");
        Files.writeString(folder.resolve("in.csv"), "a,1,2,3\nb,1,2\n");
        assertThat(run("--horizon", "3")).isEqualTo(1);
        assertThat(stderr.toString()).contains("line 2, series 'b': the series has 2 values");
        Files.writeString(folder.resolve("in.csv"), "");
        assertThat(run("--horizon", "3")).isEqualTo(1);
        assertThat(stderr.toString()).contains("holds no series");
        assertThat(run("--horizon", "0")).isEqualTo(2);
        assertThat(stderr.toString()).contains("--horizon: 0 (expected 1 to 100000)");
        assertThat(folder.toFile().list()).containsExactly("in.csv");
    }
}
