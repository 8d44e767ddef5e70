package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.analyzer.OpType;
import io.kvops.analyzer.Report;
import io.kvops.server.config.ConfigSource;
import io.kvops.server.http.ConfigControl;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpsManagerTest {
    @TempDir
    private Path folder;

    @Test
    void doorWithALogin_isNotOpenedLive() throws Exception {
        String token = "a-token-of-sixteen-characters-or-more";
        Path file = Files.writeString(
                folder.resolve("c.yaml"),
                "http: {port: 0, tokens: [{name: ann, role: admin, token: " + token + "}]}\n"
                        + "ingest: {port: 0, token: secret}\n");
        try (OpsManager ops = OpsManager.open(
                CollectorConfig.source(file, new CollectorConfig.Overrides(folder.resolve("data"), null, null)))) {
            ops.start();
            ConfigControl control = ops.configControl();

            assertThat(control.set("http.tokens", "[]", "ann").problems())
                    .singleElement()
                    .asString()
                    .startsWith("http.tokens: (none) (expected at least one")
                    .contains("change the file and restart");
            assertThat(control.set("ingest.token", "", "ann").problems())
                    .singleElement()
                    .asString()
                    .startsWith("ingest.token: (none)");
            assertThat(control.validate("{}")).hasSize(4);
            assertThat(control.current().version()).isEqualTo(1);
        }
    }

    @Test
    void started_isReady_healthy_andFound() throws Exception {
        try (OpsManager ops = OpsManager.open(anyPorts())) {
            assertThat(ops.performHealthCheck().healthy()).isFalse();
            ops.start();
            await().atMost(Duration.ofMinutes(1)).until(ops::ready);

            assertThat(ops.performHealthCheck().checks()).allMatch(Health.Check::healthy);
            assertThat(RunningCollector.find(folder)).contains(ops.running());
            assertThat(ops.running().ingestPort())
                    .isPositive()
                    .isNotEqualTo(ops.running().httpPort());
            assertThat(ops.dashboard().live().totalOps()).isZero();
        }
        assertThat(RunningCollector.find(folder)).isEmpty();
    }

    @Test
    @DisplayName("what a killed collector left names the process id of another program by now: none runs")
    void leftByAKill_withALivingProcessId_isNotFound() throws Exception {
        Path left = folder.resolve("collector.json");
        Path kept = folder.resolve("kept");
        try (OpsManager ops = OpsManager.open(anyPorts())) {
            ops.start();
            Files.copy(left, kept);
        }
        Files.move(kept, left);
        assertThat(RunningCollector.find(folder)).isEmpty();
    }

    @Test
    void codeInThisProcess_isReported() throws Exception {
        try (OpsManager ops = OpsManager.open(anyPorts())) {
            ops.start();
            try (var op = ops.analyzer().start(OpType.GET, "user:1")) {
                assertThat(op).isNotNull();
            }
            Report report = ops.generateReport(Duration.ofMinutes(1));
            assertThat(report.totals().ops()).isEqualTo(1);
            assertThat(report.dropped()).containsKey("ingest.framesMissing");
        }
    }

    @Test
    void folderOfAnotherCollector_isRefused_andFreeAgainAfterwards() throws Exception {
        try (OpsManager first = OpsManager.open(anyPorts())) {
            first.start();
            assertThatThrownBy(() -> OpsManager.open(anyPorts()))
                    .isInstanceOfSatisfying(
                            OpsException.class, e -> assertThat(e.kind()).isEqualTo(OpsException.Kind.DATA_FOLDER))
                    .hasMessageContaining(folder.toString());
        }
        OpsManager.open(anyPorts()).close();
    }

    @Test
    void failedStart_leavesNothingBehind() throws Exception {
        try (OpsManager first = OpsManager.open(anyPorts())) {
            first.start();
            CollectorConfig taken = CollectorConfig.of(new CollectorConfig.Overrides(
                    folder.resolve("second"), 0, first.running().httpPort()));
            OpsManager second = OpsManager.open(taken);
            assertThatThrownBy(second::start)
                    .isInstanceOfSatisfying(
                            OpsException.class, e -> assertThat(e.kind()).isEqualTo(OpsException.Kind.PORT_IN_USE))
                    .hasMessageContaining(String.valueOf(first.running().httpPort()));
            second.close();
            OpsManager.open(taken).close();
        }
    }

    @Test
    void overTls_theAddressSaysSo_andFilesThatDoNotFitAreRefusedAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), """
                http: {tls: {certificate: %1$s/a.pem, key: %1$s/a.key}}
                """.formatted(folder));
        X509Bundle one = selfSigned();
        Files.writeString(folder.resolve("a.pem"), one.getCertificatePEM());
        Files.writeString(folder.resolve("a.key"), one.getPrivateKeyPEM());
        ConfigSource source = CollectorConfig.source(file, new CollectorConfig.Overrides(folder, 0, 0));
        try (OpsManager ops = OpsManager.open(source)) {
            ops.start();
            assertThat(ops.running().url()).startsWith("https://127.0.0.1:");
            assertThat(RunningCollector.find(folder)).contains(ops.running());
        }

        Files.writeString(folder.resolve("a.key"), selfSigned().getPrivateKeyPEM());
        OpsManager ops = OpsManager.open(source);
        assertThatThrownBy(ops::start)
                .isInstanceOfSatisfying(
                        OpsException.class, e -> assertThat(e.kind()).isEqualTo(OpsException.Kind.CONFIG))
                .hasMessage(
                        "http.tls.key: " + folder.resolve("a.key") + " is not the key of " + folder.resolve("a.pem"));
        ops.close();
    }

    private static X509Bundle selfSigned() throws Exception {
        return new CertificateBuilder()
                .subject("CN=kvops")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .ecp256()
                .buildSelfSigned();
    }

    @Test
    void closedTwice_orNeverStarted_isFine() throws Exception {
        OpsManager ops = OpsManager.open(anyPorts());
        ops.close();
        ops.close();
        assertThatThrownBy(ops::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @SuppressWarnings("try") // measuring needs no more than its scope
    void example_runs() throws Exception {
        CollectorConfig config = CollectorConfig.of(new CollectorConfig.Overrides(folder, 0, 0));
        try (OpsManager ops = OpsManager.open(config)) {
            ops.start();
            System.out.println("live page: " + ops.running().url() + "/");
            try (var op = ops.analyzer().start(OpType.GET, "user:1")) {
                // what is to be measured
            }
            Report report = ops.generateReport(Duration.ofHours(1));
            System.out.println(report.totals().ops() + " operations, healthy: "
                    + ops.performHealthCheck().healthy());
        }
    }

    @Test
    @DisplayName("the example in README.md is the one that runs here")
    void readme_holdsTheExample() throws Exception {
        String code = withoutSpace(Files.readString(Path.of("src/test/java/io/kvops/server/OpsManagerTest.java")));
        String example = Files.readString(Path.of("README.md")).split("```java\n|```\n")[1];
        assertThat(code).contains(withoutSpace(example));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    private CollectorConfig anyPorts() {
        return CollectorConfig.of(new CollectorConfig.Overrides(folder, 0, 0));
    }
}
