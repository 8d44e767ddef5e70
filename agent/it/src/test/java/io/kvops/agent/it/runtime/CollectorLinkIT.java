package io.kvops.agent.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.agent.it.support.Certificates;
import io.kvops.agent.it.support.ChildJvm;
import io.kvops.agent.it.support.FakeCollector;
import io.kvops.agent.it.support.Jdks;
import io.kvops.wire.Configured;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Between agent and collector: TLS, tokens, live configuration, pace")
class CollectorLinkIT {
    private static final String GET_RULE = "rule=class:" + CountingApp.class.getName() + ";method:get;key:0;store:mine";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Path log;
    private String classes;

    @BeforeEach
    void findClasses() throws Exception {
        log = folder.resolve("agent.log");
        classes = Path.of(CountingApp.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    private ChildJvm.Builder child(FakeCollector collector, String options) {
        return ChildJvm.of(CountingApp.class)
                .classPath(classes)
                .agent("collector=" + collector.address() + ",service=test,log=" + log + ",spool="
                        + folder.resolve("spool") + "," + GET_RULE + options);
    }

    private String tls(String ca, String client) {
        Certificates all = new Certificates(folder);
        return ",tls=true,tls.ca=" + all.certificate(ca)
                + (client == null ? "" : ",tls.certificate=" + all.certificate(client) + ",tls.key=" + all.key(client));
    }

    @ParameterizedTest
    @CsvSource({"17, RSA", "25, EC"})
    void mutualTls_everythingArrivesAndTheDefaultContextIsNotTouched(int version, String algorithm) throws Exception {
        Certificates certificates = new Certificates(folder)
                .make("collector", algorithm, "ip:127.0.0.1")
                .make("agent", algorithm, "dns:agent");
        Path initialised = folder.resolve("init.txt");
        try (FakeCollector collector = FakeCollector.start(certificates.server("collector", "agent"));
                ChildJvm child = child(collector, tls("collector", "agent") + ",interval=100ms")
                        .javaHome(version == 25 ? Jdks.jdk25() : Jdks.current())
                        .jvm("-Xlog:class+init=info:file=" + initialised)
                        .arguments(folder.resolve("count"), 5_000, 1)
                        .start()) {
            // while it runs, over one connection, and not only at its end
            await().atMost(PATIENCE).until(() -> collector.count("mine", "GET") > 0);
            collector.configure(3, Map.of("slow", "7ms"));
            await().atMost(PATIENCE).until(() -> !collector.configured().isEmpty());
            child.await(60);
            assertThat(child.out() + child.err()).isEmpty();
            assertThat(collector.count("mine", "GET")).isEqualTo(5_000);
            assertThat(collector.hellos()).hasSize(1);
            assertThat(collector.problems()).isEmpty();
            assertThat(Files.readString(initialised))
                    .contains("javax/net/ssl/SSLSocket")
                    .doesNotContain("java/util/logging/LogManager")
                    .doesNotContain("SSLContextImpl$DefaultSSLContextHolder");
        }
    }

    @Test
    void tls_ofACollectorThatIsNotTheOneNamed_isOneLineAndNothingIsSent() throws Exception {
        Certificates certificates = new Certificates(folder)
                .make("elsewhere", "EC", "dns:elsewhere")
                .make("other", "EC", "ip:127.0.0.1");
        for (String ca : List.of("elsewhere", "other")) {
            try (FakeCollector collector = FakeCollector.start(certificates.server("elsewhere", null));
                    ChildJvm child = child(collector, tls(ca, null))
                            .arguments(folder.resolve("count"), 3_000, 1)
                            .start()
                            .await(60)) {
                assertThat(child.exitCode()).isZero();
                assertThat(child.out() + child.err()).isEmpty();
                assertThat(collector.hellos()).isEmpty();
                assertThat(Files.readAllLines(log)).singleElement().asString().contains("TLS: ", "tls.ca");
            }
            Files.delete(log);
        }
    }

    @Test
    void tokenFile_isReadAtEachConnectionAndNeverLogged() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first-secret\n");
        FakeCollector first = FakeCollector.start();
        int port = first.port();
        try (ChildJvm child = child(first, ",interval=50ms,token=file:" + token + ",tokn=spelt-wrong")
                .arguments(folder.resolve("count"), 0, 1)
                .start()) {
            await().atMost(PATIENCE).until(() -> !first.frames().isEmpty());
            Files.writeString(token, "second-secret");
            first.close();
            try (FakeCollector second =
                    await().ignoreExceptions().until(() -> FakeCollector.start(port), collector -> collector != null)) {
                await().atMost(PATIENCE).until(() -> !second.hellos().isEmpty());
                assertThat(first.hellos()).extracting(Hello::token).containsOnly("first-secret");
                assertThat(second.hellos()).extracting(Hello::token).containsOnly("second-secret");
                assertThat(Files.readString(log)).contains("tokn").doesNotContain("secret", "spelt-wrong");
                assertThat(child.out() + child.err()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"17", "25"})
    void configuration_isAppliedAsAWholeOrRefusedAndSurvivesAReconnect(int version) throws Exception {
        FakeCollector first = FakeCollector.start();
        int port = first.port();
        try (ChildJvm child = child(first, ",interval=50ms,slow=1m")
                .javaHome(version == 25 ? Jdks.jdk25() : Jdks.current())
                .arguments(folder.resolve("count"), 0, 1)
                .start()) {
            await().atMost(PATIENCE).until(() -> !first.frames().isEmpty());
            await().atMost(PATIENCE).until(() -> hotKeys(first));

            first.configure(1, Map.of("slow", "1ns", "keys", "pattern", "slow.stack", "false"));
            answers(first, 1, 0);
            // a frame of before may still come, or one in which nothing happened
            await().atMost(PATIENCE).untilAsserted(() -> {
                Frame last = first.frames().get(first.frames().size() - 1);
                assertThat(last.slowOps())
                        .isNotEmpty()
                        .allMatch(op -> op.key() == null && op.stack().isEmpty());
                assertThat(last.hotKeys()).isEmpty();
            });

            first.configure(2, Map.of("enabled", "false", "slow", "soon", "collector", "elsewhere:1", "colour", "red"));
            Configured refused = answers(first, 2, 3);
            assertThat(String.join("\n", refused.problems())).contains("slow=soon", "collector=", "colour=red");

            first.configure(3, Map.of("enabled", "false"));
            answers(first, 3, 0);
            // what was counted before may still come
            await().until(() -> first.frames().stream().anyMatch(f -> f.gauges().containsValue(0.0)) || quiet(first));
            first.close();
            try (FakeCollector second =
                    await().ignoreExceptions().until(() -> FakeCollector.start(port), collector -> collector != null)) {
                second.configure(4, Map.of());
                answers(second, 4, 0);
                await().atMost(PATIENCE).until(() -> second.count("mine", "GET") > 0);
                await().atMost(PATIENCE).until(() -> hotKeys(second));
                // back to what it was started with
                Frame newest = second.frames().get(second.frames().size() - 1);
                assertThat(newest.slowOps()).isEmpty();
            }
            assertThat(child.out() + child.err()).isEmpty();
        }
    }

    private static boolean hotKeys(FakeCollector collector) {
        return collector.frames().stream().anyMatch(frame -> !frame.hotKeys().isEmpty());
    }

    /** True if nothing is counted for half a second. */
    private static boolean quiet(FakeCollector collector) {
        long before = collector.count("mine", "GET");
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        return collector.count("mine", "GET") == before;
    }

    private static Configured answers(FakeCollector collector, long version, int problems) {
        await().atMost(PATIENCE).until(() -> collector.configured().stream().anyMatch(c -> c.version() == version));
        List<Configured> all = collector.configured();
        Configured last = all.get(all.size() - 1);
        assertThat(last.version()).isEqualTo(version);
        assertThat(last.problems()).hasSize(problems);
        return last;
    }

    @Test
    void pace_framesComeSeldomAndNothingIsLost() throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(collector, ",interval=50ms")
                        .arguments(folder.resolve("count"), 6_000, 1)
                        .start()) {
            await().atMost(PATIENCE).until(() -> collector.frames().size() > 3);
            collector.pace(1_000);
            child.await(60);
            assertThat(collector.count("mine", "GET")).isEqualTo(6_000);
            List<Frame> paced = collector.frames();
            long longOnes = paced.stream()
                    .filter(f -> f.endMillis() - f.startMillis() >= 1_000)
                    .count();
            assertThat(longOnes).isPositive();
            assertThat(collector.dropped()).isEmpty();
        }
    }

    @Test
    void collectorStopsReading_framesMergeItIsStillHeardAndNothingIsLost() throws Exception {
        int calls = 60_000;
        Path count = folder.resolve("count");
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(collector, ",interval=10ms,slow=1ns,slow.max=200")
                        .arguments(count, calls, 10)
                        .start()) {
            await().atMost(PATIENCE).until(() -> collector.frames().size() > 3);
            collector.pause(true);
            long then = CountingApp.map(count).getLong(0);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> CountingApp.map(count).getLong(0) > Math.min(then + 30_000, calls - 2_000));
            int frames = collector.frames().size();
            // it could not be heard by an agent that waits for its own writing
            collector.configure(9, Map.of("slow", "1m"));
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(log) && Files.readString(log).contains("configuration 9"));
            collector.pause(false);
            answers(collector, 9, 0);
            child.await(60);
            assertThat(child.out() + child.err()).isEmpty();
            assertThat(collector.count("mine", "GET")).isEqualTo(calls);
            assertThat(collector.frames().subList(frames, collector.frames().size()))
                    .as("one that took in many of 10 ms")
                    .anyMatch(f -> f.endMillis() - f.startMillis() > 200);
            assertThat(collector.dropped().keySet()).allMatch(reason -> reason.equals("slowops"));
        }
    }
}
