package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps an ingest from opening: one line each, and nothing stays open. */
class OpeningIT {
    @TempDir
    Path temp;

    private Ingest open(IngestConfig.Builder config) throws IngestException {
        return Ingest.open(config.build(), (frame, position) -> {}, Clock.systemUTC());
    }

    private IngestConfig.Builder config() {
        return IngestConfig.builder(temp.resolve("data")).port(0).minFreeBytes(0);
    }

    private void assertFails(IngestConfig.Builder config, IngestException.Kind kind, String... texts) {
        IngestException e = catchThrowableOfType(IngestException.class, () -> {
            try (Ingest ingest = open(config)) {
                ingest.start();
            }
        });
        assertThat(e).isNotNull();
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e.getMessage()).contains(texts).doesNotContain("\n");
        assertThat(e.getSuppressed()).isEmpty();
    }

    private void assertOpens() throws IngestException {
        try (Ingest ingest = open(config())) {
            ingest.start();
            assertThat(ingest.port()).isPositive();
        }
    }

    @Test
    void widerThanLoopback_refused() throws Exception {
        for (String host : new String[] {"0.0.0.0", "::", "192.0.2.1"}) {
            assertFails(config().host(host).token("t"), IngestException.Kind.EXPOSED, host, "TLS", "127.0.0.1");
        }
        assertThat(temp.resolve("data")).doesNotExist();
    }

    @Test
    void otherLoopback_opens() throws Exception {
        try (Ingest ingest = open(config().host("localhost"))) {
            ingest.start();
        }
    }

    @Test
    void unknownHost_refused() {
        assertFails(config().host("no-such-host.invalid"), IngestException.Kind.BIND, "no-such-host.invalid");
    }

    @Test
    @DisplayName("a port in use: refused, and the folder is free again")
    void portInUse_refused() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFails(
                    config().port(other.getLocalPort()),
                    IngestException.Kind.PORT_IN_USE,
                    "127.0.0.1:" + other.getLocalPort(),
                    "--ingest-port");
        }
        assertOpens();
    }

    @Test
    @DisplayName("a folder that cannot be made")
    void unwritable_refused() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertFails(
                IngestConfig.builder(file.resolve("data")).port(0),
                IngestException.Kind.UNWRITABLE,
                file.toString(),
                "--data");
        assertFails(IngestConfig.builder(file).port(0), IngestException.Kind.UNWRITABLE, file.toString());
    }

    @Test
    void lockedInThisProcess_refused() throws Exception {
        try (Ingest first = open(config())) {
            first.start();
            assertFails(config(), IngestException.Kind.LOCKED, "another collector", "--data");
            assertFails(config(), IngestException.Kind.LOCKED, "another collector");
        }
        assertOpens();
    }

    @Test
    @DisplayName("locked by another process, free once that is killed")
    void lockedByOtherProcess_refused() throws Exception {
        try (CollectorProcess other = CollectorProcess.start(temp.resolve("data"), 0, 1 << 20)) {
            assertThat(other.alive()).isTrue();
            assertFails(config(), IngestException.Kind.LOCKED, "another collector");
        }
        assertOpens();
    }

    @Test
    void foreignJournal_refused() throws Exception {
        Path journal = Files.createDirectories(temp.resolve("data/journal"));
        Path foreign = Files.writeString(journal.resolve("notes.cq4"), "mine");
        assertFails(config(), IngestException.Kind.JOURNAL, "notes.cq4", "--data");
        Files.delete(foreign);
        assertOpens();
    }

    @Test
    void closedTwice_startedTwice() throws Exception {
        Ingest ingest = open(config());
        assertThatThrownBy(ingest::port).isInstanceOf(IllegalStateException.class);
        ingest.start();
        assertThatThrownBy(ingest::start).isInstanceOf(IllegalStateException.class);
        ingest.close();
        ingest.close();
        assertThatThrownBy(ingest::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverStarted_closes() throws Exception {
        open(config()).close();
        assertOpens();
    }

    @Test
    @DisplayName("after a close none of its threads is left")
    void close_endsThreads() throws Exception {
        assertOpens();
        // an event loop says that it has ended just before its thread does
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("kvops-")))
                .isEmpty());
    }

    @Test
    @DisplayName("the journal prints nothing: all that a collector says is its own")
    void process_printsNothingOfItsJournal() throws Exception {
        Path data = temp.resolve("data");
        for (int i = 0; i < 2; i++) {
            try (CollectorProcess process = CollectorProcess.start(data, 0, 1 << 20);
                    TestAgent agent = TestAgent.connect(process.port(), "")) {
                java.util.UUID id = java.util.UUID.randomUUID();
                agent.send(TestAgent.frame(id, 1, 10));
                agent.awaitAck(id, 1);
            }
        }
        assertThat(Files.readAllLines(CollectorProcess.log(data)))
                .allSatisfy(line -> assertThat(line).contains(" io.kvops.ingest."));
    }
}
