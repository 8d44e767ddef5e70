package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** One operation as the witness wrote it down. */
record Recorded(
        String step,
        String op,
        String key,
        String endpoint,
        boolean internal,
        String outcome,
        long bytesIn,
        long bytesOut,
        long latencyNanos) {
    static Recorded parse(String line) {
        String[] parts = line.split("\t", -1);
        return new Recorded(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4].equals("internal"),
                parts[5],
                Long.parseLong(parts[6]),
                Long.parseLong(parts[7]),
                Long.parseLong(parts[8]));
    }

    /** Fails unless what the application asked for is exactly what the resource says. */
    static void assertSame(List<Recorded> all, String resource, UnaryOperator<String> names) throws IOException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Recorded one : all) {
            if (!one.internal) {
                counts.merge(names.apply(one.text()), 1, Integer::sum);
            }
        }
        List<String> actual = counts.entrySet().stream()
                .map(e -> e.getValue() + " x " + e.getKey())
                .sorted()
                .collect(Collectors.toList());
        assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", expected(resource)));
    }

    private static List<String> expected(String resource) throws IOException {
        try (InputStream in = Recorded.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            List<String> lines = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
            lines.sort(null);
            return lines;
        }
    }

    /** What a resource expects, by store/OP. */
    static Map<String, Long> expectedByOp(String resource, String store) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String line : expected(resource)) {
            counts.merge(store + "/" + opOf(line), countOf(line), Long::sum);
        }
        return counts;
    }

    /** How many misses of an op a resource expects. */
    static long expectedMisses(String resource, String op) throws IOException {
        long misses = 0;
        for (String line : expected(resource)) {
            misses += opOf(line).equals(op) && line.contains(" MISS ") ? countOf(line) : 0;
        }
        return misses;
    }

    /** Of {@code 2 x step: OP key ...}; OP has a second word where it is BLOCK. */
    private static String opOf(String line) {
        String[] words = line.substring(line.indexOf(": ") + 2).split(" ");
        return words[1].equals("BLOCK") ? words[0] + " BLOCK" : words[0];
    }

    private static long countOf(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private String text() {
        return step + ": " + op + " " + key + " " + endpoint + " " + outcome + " in " + bytesIn + " out " + bytesOut;
    }

    /** The middle latency of the operations of a step, in ms. */
    static double medianMillis(List<Recorded> all, String step, String op) {
        long[] sorted = all.stream()
                .filter(one -> one.step.equals(step) && one.op.equals(op))
                .mapToLong(Recorded::latencyNanos)
                .sorted()
                .toArray();
        assertThat(sorted).as(step + " " + op).isNotEmpty();
        return sorted[sorted.length / 2] / 1e6;
    }
}
