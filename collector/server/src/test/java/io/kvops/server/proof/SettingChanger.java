package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Changes a setting of a collector, one change at a time, and knows which of them were answered. */
final class SettingChanger {
    private static final int FIRST = 100;
    private static final int VALUES = 5_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI config;
    private volatile int asked = FIRST;
    private volatile int answered = FIRST;
    private final AtomicInteger answers = new AtomicInteger();
    private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    /** @param port of HTTP, the same after each start */
    SettingChanger(int port) {
        config = URI.create("http://127.0.0.1:" + port + "/api/v1/config");
    }

    /** Asks for a change unless one is under way, and does not wait for the answer. */
    void ask() {
        if (!underWay.isDone()) {
            return;
        }
        int value = FIRST + (asked - FIRST + 1) % VALUES;
        asked = value;
        HttpRequest request = HttpRequest.newBuilder(config)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"analyzer\":{\"maxHotKeys\":" + value + "}}"))
                .build();
        underWay = client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .handle((response, killed) -> {
                    if (response != null && response.statusCode() == 200) {
                        answered = value;
                        answers.incrementAndGet();
                    }
                    return null;
                });
    }

    int answers() {
        return answers.get();
    }

    /** What was answered is in force, or what was asked for last; every version that is kept is whole. */
    void check(CollectorProcess collector, Path data) throws Exception {
        underWay.join();
        int inForce = 0;
        for (JsonNode setting : collector.json("/api/v1/config/settings").path("settings")) {
            if (setting.path("path").asText().equals("analyzer.maxHotKeys")) {
                inForce = setting.path("value").asInt();
            }
        }
        assertThat(inForce).as("analyzer.maxHotKeys").isIn(answered, asked);
        answered = inForce;
        asked = inForce;
        long next = 0;
        for (Path file : versions(data.resolve("config"))) {
            JsonNode version = new ObjectMapper().readTree(Files.readString(file));
            long number = version.path("number").asLong();
            assertThat(version.path("text").asText()).as(file.toString()).contains("maxHotKeys");
            assertThat(number).as(file.toString()).isEqualTo(next == 0 ? number : next);
            next = number + 1;
        }
        assertThat(collector.json("/api/v1/config").path("version").asLong()).isEqualTo(next - 1);
    }

    private static List<Path> versions(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
