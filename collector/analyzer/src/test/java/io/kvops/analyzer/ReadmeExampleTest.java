package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeExampleTest {
    private static final Map<String, String> store = Map.of("user:1", "ann", "user:2", "bob");
    private static final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private static final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private static void example() {
        // example
        try (PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, Clock.systemUTC())) {
            for (int i = 1; i <= 1_000; i++) {
                String key = "user:" + i;
                try (TimedOp op = analyzer.start(OpType.GET, key)) {
                    if (store.get(key) == null) op.miss();
                }
            }
            PerformanceStats stats = analyzer.stats();
            out.println(stats.totals().ops() + " ops, " + stats.totals().misses() + " misses, p99 "
                    + stats.totals().p99Nanos() + " ns, slowest: " + analyzer.slowQueries(3));
        }
        // end
    }

    @Test
    void example_ofTheReadme_runsAndIsTheTextOfTheReadme() throws IOException {
        example();

        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("1000 ops, 998 misses, p99 ");
        String source = Files.readString(Path.of("src/test/java/io/kvops/analyzer/ReadmeExampleTest.java"));
        String code = source.substring(source.indexOf("// example\n") + 11, source.indexOf("// end"));
        assertThat(squeezed(Files.readString(Path.of("README.md"))))
                .as("README.md shows what this test runs")
                .contains(squeezed(code).replace("out.println", "System.out.println"));
    }

    private static String squeezed(String text) {
        return text.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining("\n"));
    }
}
