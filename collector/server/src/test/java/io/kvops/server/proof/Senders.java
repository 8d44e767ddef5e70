package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Some {@link FrameSender}s, and what they have counted together. */
final class Senders implements AutoCloseable {
    private final List<FrameSender> all = new ArrayList<>();

    Senders(int howMany, int port, long frameMillis, int everyMillis, LongSupplier clock, long seed) {
        for (int i = 0; i < howMany; i++) {
            all.add(new FrameSender(port, i, frameMillis, everyMillis, clock, seed));
        }
    }

    long framesMade() {
        return sum(FrameSender::framesMade);
    }

    long framesAcked() {
        return sum(FrameSender::framesAcked);
    }

    long opsAcked() {
        return sum(FrameSender::opsAcked);
    }

    long ops() {
        return counts().values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        all.forEach(sender -> sender.counts().forEach((op, n) -> counts.merge(op, n, Long::sum)));
        return counts;
    }

    /** Lets them make no more, and waits until all that they made is acknowledged. */
    void finish() {
        all.forEach(FrameSender::finish);
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            assertThat(all).extracting(FrameSender::problem).containsOnly("");
            return all.stream().allMatch(FrameSender::finished);
        });
    }

    /** What a report says, in the same form. */
    static Map<String, Long> counts(JsonNode report) {
        Map<String, Long> counts = new TreeMap<>();
        for (JsonNode series : report.path("series")) {
            String op = series.path("store").asText() + "/" + series.path("op").asText();
            counts.merge(op, series.path("count").asLong(), Long::sum);
        }
        return counts;
    }

    private long sum(ToLongFunction<FrameSender> what) {
        return all.stream().mapToLong(what).sum();
    }

    @Override
    public void close() {
        all.forEach(FrameSender::close);
    }
}
