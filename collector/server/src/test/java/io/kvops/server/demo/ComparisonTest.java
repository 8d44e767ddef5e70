package io.kvops.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    private Path folder;

    @Test
    void equalNumbers_areExact() throws IOException {
        Comparison comparison = compare(
                "{\"ops\": 3, \"byStoreOp\": {\"redis/GET\": 2, \"rocksdb/PUT\": 1}}",
                report(3, "redis", "GET", 1, "redis", "GET", 1, "rocksdb", "PUT", 1));

        assertThat(comparison.exact()).isTrue();
        assertThat(comparison.differences()).isEmpty();
        assertThat(Comparison.table(comparison.byStoreOp()).lines())
                .hasSize(3)
                .anyMatch(line -> line.matches(" *redis/GET +2 +2 +="));
    }

    @Test
    void oneOff_isNotExact_andNamed() throws IOException {
        Comparison comparison =
                compare("{\"ops\": 2, \"byStoreOp\": {\"redis/GET\": 2}}", report(3, "redis", "GET", 3));

        assertThat(comparison.exact()).isFalse();
        assertThat(comparison.differences())
                .containsExactly(new Comparison.Line("redis/GET", 2, 3), new Comparison.Line("total", 2, 3));
        assertThat(Comparison.table(comparison.differences())).contains("differs by +1");
    }

    @Test
    void whatOneSideKnowsAlone_differs() throws IOException {
        assertThat(compare("{\"ops\": 1, \"byStoreOp\": {\"redis/GET\": 1}}", report(1, "redis", "SET", 1))
                        .differences())
                .containsExactly(new Comparison.Line("redis/GET", 1, 0), new Comparison.Line("redis/SET", 0, 1));
    }

    @Test
    void totalThatDiffersFromItsLines_isNotExact() throws IOException {
        assertThat(compare("{\"ops\": 1, \"byStoreOp\": {\"redis/GET\": 1}}", report(2, "redis", "GET", 1))
                        .exact())
                .isFalse();
    }

    @Test
    void missingNumbers_areNotExact() throws IOException {
        assertThat(compare("{}", report(0)).exact()).isFalse();
        assertThat(compare("{\"ops\": 0}", "{}").exact()).isFalse();
    }

    private Comparison compare(String truth, String report) throws IOException {
        return Comparison.of(
                Files.writeString(folder.resolve("truth.json"), truth),
                Files.writeString(folder.resolve("report.json"), report));
    }

    private static String report(long ops, Object... series) {
        StringBuilder json = new StringBuilder("{\"totals\": {\"ops\": " + ops + "}, \"series\": [");
        for (int i = 0; i < series.length; i += 3) {
            json.append(i == 0 ? "" : ", ")
                    .append(String.format(
                            "{\"store\": \"%s\", \"op\": \"%s\", \"count\": %s}",
                            series[i], series[i + 1], series[i + 2]));
        }
        return json.append("]}").toString();
    }
}
