package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleIT {
    @TempDir
    Path dataDir;

    @Test
    void example_runs() throws Exception {
        AtomicLong operations = new AtomicLong();
        Clock clock = Clock.systemUTC();

        IngestConfig config = IngestConfig.builder(dataDir).port(0).build();
        try (Ingest ingest = Ingest.open(
                config,
                (frame, position) -> operations.addAndGet(frame.series().get(0).count()),
                clock)) {
            ingest.start();
            send(ingest.port(), 42);
            await().until(() -> operations.get() == 42);
            System.out.println(ingest.stats().frames() + " frame, ready: " + ingest.ready());
        }
        assertThat(operations).hasValue(42);
    }

    @Test
    @DisplayName("the example in README.md is the one that runs here")
    void readme_holdsTheExample() throws Exception {
        String code = withoutSpace(Files.readString(Path.of("src/test/java/io/kvops/ingest/ReadmeExampleIT.java")));
        String readme = Files.readString(Path.of("README.md"));
        String example = readme.split("```java\n|```\n")[1];
        assertThat(code).contains(withoutSpace(example));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    /** As an agent does: one frame, whose series counts so many operations. */
    private static void send(int port, long count) throws Exception {
        UUID id = UUID.randomUUID();
        try (TestAgent agent = TestAgent.connect(port, "")) {
            agent.send(TestAgent.frame(id, count, 1));
            agent.awaitAck(id, count);
        }
    }
}
