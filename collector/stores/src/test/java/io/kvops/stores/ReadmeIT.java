package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeIT {
    @TempDir
    Path dir;

    @BeforeAll
    static void waitLongEnough() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }

    @AfterAll
    static void waitAsLongAsOthers() {
        Awaitility.reset();
    }

    @Test
    void example_runs() throws Exception {
        Map<String, Measurement> latest = new ConcurrentHashMap<>();
        Path folder = Files.createDirectories(dir.resolve("tickets"));
        Files.createFile(folder.resolve("one"));
        try (ServerProcess redis = ServerProcess.redis(dir)) {
            int port = redis.port();

            List<ProbeTarget> targets = List.of(
                    ProbeTarget.of(StoreAddress.parse("redis://127.0.0.1:" + port)),
                    ProbeTarget.of(StoreAddress.parse("tickets:" + folder)));
            try (Prober prober = Prober.open(
                    ProberConfig.of(targets), m -> latest.put(m.kind() + " " + m.state(), m), Clock.systemUTC())) {
                prober.start();
                await().until(() -> latest.containsKey("redis UP") && latest.containsKey("tickets UP"));
                System.out.println(latest.get("redis UP").values().get("memory.used.bytes") + " bytes, "
                        + latest.get("tickets UP").values().get("tickets.open.count") + " tickets");
            }
        }
        assertThat(latest.get("redis UP").values().get("memory.used.bytes")).isPositive();
        assertThat(latest.get("tickets UP").values()).containsEntry("tickets.open.count", 1.0);
    }

    @Test
    @DisplayName("the examples in README.md are what runs here")
    void readme_holdsTheExamples() throws Exception {
        String code = read("ReadmeIT.java") + read("testing/TicketsProbe.java") + read("data/CopyIT.java");
        String[] parts = Files.readString(Path.of("README.md")).split("```java\n");
        assertThat(parts).hasSize(4);
        for (int i = 1; i < parts.length; i++) {
            assertThat(code).contains(withoutSpace(parts[i].split("```\n")[0]));
        }
    }

    private static String read(String file) throws Exception {
        return withoutSpace(Files.readString(Path.of("src/test/java/io/kvops/stores", file)));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
