package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.wire.Refusal;
import io.kvops.wire.WireCodec;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {
    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();
    private X509Bundle ca;
    private Path certificate;
    private Path key;

    @TempDir
    Path temp;

    @BeforeEach
    void makeCertificates() throws Exception {
        ca = authority("CN=kvops test CA");
        certificate = temp.resolve("door.pem");
        key = temp.resolve("door.key");
        write(server(Instant.now().plus(Duration.ofDays(9))));
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .subject(name)
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
    }

    private X509Bundle server(Instant until) throws Exception {
        return new CertificateBuilder()
                .subject("CN=door")
                .addSanIpAddress("127.0.0.1")
                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(until)
                .ecp256()
                .buildIssuedBy(ca);
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(certificate, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
    }

    private static SSLContext client(X509Bundle ca, X509Bundle own) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
        tls.init(keys, ca.toTrustManagerFactory().getTrustManagers(), new SecureRandom());
        return tls;
    }

    private IngestConfig.Builder config(Path clientCa) {
        return IngestConfig.builder(temp.resolve("data"))
                .port(0)
                .minFreeBytes(0)
                .token("t")
                .tls(new TlsConfig(certificate, key, clientCa));
    }

    private Ingest start(IngestConfig.Builder config) throws IngestException {
        Ingest ingest = Ingest.open(config.build(), log, Clock.systemUTC());
        ingest.start();
        return ingest;
    }

    private void deliver(Ingest ingest, SSLContext tls, long from, long to) throws Exception {
        try (TestAgent agent = TestAgent.dial(ingest.port(), tls)) {
            agent.greet(TestAgent.hello("t", WireCodec.PROTOCOL_VERSION));
            for (long i = from; i <= to; i++) {
                agent.send(TestAgent.frame(agentId, i, 30_000));
            }
            agent.awaitAck(agentId, to);
        }
    }

    @Test
    void frames_comeThroughTls() throws Exception {
        try (Ingest ingest = start(config(null))) {
            deliver(ingest, client(ca, null), 1, 50);
            await().until(() -> log.of(agentId).size() == 50);
        }
    }

    @Test
    @DisplayName("mutual TLS: a certificate of the right authority is let in, another or none is not")
    void mutual_asksForTheAgentsCertificate() throws Exception {
        X509Bundle agents = authority("CN=agents");
        Path clientCa = Files.writeString(temp.resolve("agents.pem"), agents.getCertificatePEM());
        X509Bundle right = new CertificateBuilder().subject("CN=a").ecp256().buildIssuedBy(agents);
        X509Bundle wrong = new CertificateBuilder().subject("CN=a").ecp256().buildIssuedBy(authority("CN=x"));
        try (Ingest ingest = start(config(clientCa))) {
            deliver(ingest, client(ca, right), 1, 1);
            for (X509Bundle own : new X509Bundle[] {wrong, null}) {
                assertThatThrownBy(() -> deliver(ingest, client(ca, own), 2, 2)).isInstanceOf(IOException.class);
            }
            await().until(() -> ingest.stats().tlsFailures() == 2);
            deliver(ingest, client(ca, right), 2, 2);
        }
    }

    @Test
    @DisplayName("an agent without TLS is told so in words")
    void plainAgent_isTold() throws Exception {
        try (Ingest ingest = start(config(null));
                TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(TestAgent.hello("t", 1));
            Refusal refusal = agent.awaitRefusal();
            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.TOKEN);
            assertThat(refusal.message()).contains("TLS");
            assertThat(ingest.stats().refusals()).containsEntry(Refusal.Kind.TOKEN, 1L);
        }
    }

    @Test
    void refusal_comesThroughTls() throws Exception {
        try (Ingest ingest = start(config(null));
                TestAgent agent = TestAgent.dial(ingest.port(), client(ca, null))) {
            agent.magic();
            agent.send(TestAgent.hello("guess", 1));
            assertThat(agent.awaitRefusal().message()).contains("wrong token");
        }
    }

    @Test
    void tlsAgent_onAPlainPort_isSeen() throws Exception {
        try (Ingest ingest = start(config(null).tls(null))) {
            assertThatThrownBy(() -> deliver(ingest, client(ca, null), 1, 1)).isInstanceOf(IOException.class);
            await().until(() -> ingest.stats().refusals().get(Refusal.Kind.MALFORMED) == 1);
        }
    }

    @Test
    @DisplayName("who begins a handshake and goes on no more is closed")
    void handshake_hasALimit() throws Exception {
        try (Ingest ingest = start(config(null).messageTimeout(Duration.ofMillis(200)));
                TestAgent silent = TestAgent.dial(ingest.port());
                TestAgent begun = TestAgent.dial(ingest.port())) {
            begun.sendBytes(22, 3, 1, 2, 0, 1);
            assertThat(begun.awaitEnd()).isTrue();
            assertThat(silent.awaitEnd()).isTrue();
        }
    }

    @Test
    @DisplayName("certificates are read again when their files change; what cannot be used leaves the one before")
    void certificates_areReadAgain() throws Exception {
        X509Bundle before = ca;
        try (Ingest ingest = start(config(null))) {
            deliver(ingest, client(ca, null), 1, 1);
            Files.writeString(certificate, "no certificate");
            touch();
            deliver(ingest, client(before, null), 2, 2);
            ca = authority("CN=next CA");
            write(server(Instant.now().plus(Duration.ofDays(5))));
            touch();
            await().until(() -> ingest.stats().tlsReloads() > 0);
            deliver(ingest, client(ca, null), 3, 3);
            assertThatThrownBy(() -> deliver(ingest, client(before, null), 4, 4))
                    .isInstanceOf(IOException.class);
        }
    }

    /** As a file system with whole seconds would, if two changes come in one. */
    private void touch() throws IOException {
        Files.setLastModifiedTime(certificate, FileTime.from(Instant.now().plusSeconds(Files.size(certificate))));
    }

    private void assertFails(String... texts) {
        assertThatThrownBy(() -> start(config(null)).close())
                .isInstanceOfSatisfying(
                        IngestException.class, e -> assertThat(e.kind()).isEqualTo(IngestException.Kind.TLS))
                .hasMessageNotContaining("\n")
                .message()
                .contains(texts);
        assertThat(temp.resolve("data")).doesNotExist();
    }

    @Test
    void badFiles_areOneClearLine() throws Exception {
        String goodKey = Files.readString(key);
        write(server(Instant.now().minus(Duration.ofDays(1))));
        assertFails("tls.certificate", "door.pem", "expired on", "renew it");
        Files.writeString(certificate, "hello");
        assertFails("tls.certificate", "door.pem");
        Files.delete(certificate);
        assertFails("tls.certificate", "door.pem", "does not exist");
        write(server(Instant.now().plus(Duration.ofDays(1))));
        Files.writeString(key, goodKey);
        assertFails("tls.key", "is not the key of");
        Files.writeString(key, goodKey.replace("PRIVATE", "RSA PRIVATE"));
        assertFails("tls.key", "openssl pkcs8");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertFails("tls.key", "damaged");
        Files.delete(key);
        assertFails("tls.key", "door.key", "does not exist");
    }

    @Test
    @DisplayName("beyond loopback with TLS and a token, and with neither missing")
    void widerBind_needsTlsAndToken() throws Exception {
        // opened, not started: nothing listens
        Ingest.open(config(null).host("0.0.0.0").build(), log, Clock.systemUTC())
                .close();
        assertThatThrownBy(
                        () -> Ingest.open(config(null).host("0.0.0.0").token("").build(), log, Clock.systemUTC()))
                .hasMessageContaining("without a token");
        assertThatThrownBy(
                        () -> Ingest.open(config(null).host("0.0.0.0").tls(null).build(), log, Clock.systemUTC()))
                .hasMessageContaining("without TLS");
        try (Ingest ingest = Ingest.open(config(null).host("0.0.0.0").build(), log, Clock.systemUTC())) {
            assertThatThrownBy(() ->
                            ingest.apply(config(null).host("0.0.0.0").token("").build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("token");
        }
    }
}
