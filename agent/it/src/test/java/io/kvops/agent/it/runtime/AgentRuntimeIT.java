package io.kvops.agent.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.agent.it.support.AgentJar;
import io.kvops.agent.it.support.ChildJvm;
import io.kvops.agent.it.support.FakeCollector;
import io.kvops.agent.it.support.Jdks;
import io.kvops.wire.Refusal;
import io.kvops.wire.SeriesDelta;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRuntimeIT {
    private static final String GET_RULE = "rule=class:" + CountingApp.class.getName() + ";method:get;key:0;store:mine";
    private static final String NOBODY = "127.0.0.1:1";

    @TempDir
    Path folder;

    private Path log;
    private String classes;

    @BeforeEach
    void findClasses() throws Exception {
        log = folder.resolve("agent.log");
        classes = Path.of(HelloApp.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    private String options(String collector) {
        return "collector=" + collector + ",service=test,log=" + log + ",spool=" + folder.resolve("spool");
    }

    private ChildJvm.Builder child(Class<?> main) {
        return ChildJvm.of(main).classPath(classes);
    }

    private long spools() throws Exception {
        if (!Files.isDirectory(folder.resolve("spool"))) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.count();
        }
    }

    @Test
    void jar_holdsOnlyBootAboveAndNothingUnrelocatedBelow() throws Exception {
        assertThat(Files.size(AgentJar.path())).isLessThan(6L << 20);
        try (JarFile jar = new JarFile(AgentJar.path().toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Boot-Class-Path"))
                    .isEqualTo("kvops-agent.jar");
            for (JarEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
                String name = entry.getName();
                if (name.startsWith("core/")) {
                    assertThat(name).doesNotEndWith(".class").doesNotContain("net/bytebuddy/");
                    assertThat(name).matches("core/(io/kvops/|META-INF/).*");
                } else {
                    assertThat(name).matches("META-INF/MANIFEST.MF|io/kvops/agent/boot/[^/]+\\.class");
                }
                if (name.endsWith(".class") || name.endsWith(".classdata")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        byte[] head = in.readNBytes(8);
                        assertThat(head[7]).as(name).isLessThanOrEqualTo((byte) 52);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void hello_printsNothingMoreAndLoadsNeitherCoreNorByteBuddy(int version) throws Exception {
        Path classesLoaded = folder.resolve("classes.txt");
        try (ChildJvm child = child(HelloApp.class)
                .javaHome(version == 25 ? Jdks.jdk25() : Jdks.current())
                .jvm("-Xlog:class+load:file=" + classesLoaded)
                .agent(options(NOBODY))
                .start()
                .await(60)) {
            assertThat(child.exitCode()).isZero();
            assertThat(child.out()).isEqualTo("hello\n");
            assertThat(child.err()).isEmpty();
            assertThat(Files.readString(classesLoaded))
                    .contains("io.kvops.agent.boot.Agent")
                    .doesNotContain("io.kvops.agent.core.")
                    .doesNotContain("bytebuddy")
                    .doesNotContain("java.util.logging.")
                    .doesNotContain("java.lang.management.");
            assertThat(log).doesNotExist();
            assertThat(spools()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void rules_respServerInPlainJava_getAndSetAreSeenFromInsideExactly(int version) throws Exception {
        String server = RespServer.class.getName();
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(RespServer.class)
                        .javaHome(version == 25 ? Jdks.jdk25() : Jdks.current())
                        .agent(options(collector.address())
                                + ",rule=class:" + server
                                + ";method:get(1);op:GET;key:0.key();value:return;miss:null;store:mine"
                                + ",rule=class:" + server
                                + ";method:set(byte[]\\,byte[]);op:SET;key:0;value:1;future;store:mine")
                        .start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> child.out().endsWith("\n"));
            drive(Integer.parseInt(child.out().trim()), 500);
            child.process().getOutputStream().close();
            child.await(30);
            assertThat(child.err()).isEmpty();
            assertThat(collector.counts()).containsOnly(Map.entry("mine/GET", 1_000L), Map.entry("mine/SET", 500L));
            long misses = 0;
            long bytesIn = 0;
            long bytesOut = 0;
            for (SeriesDelta delta : collector.series()) {
                assertThat(delta.key().pattern()).isEqualTo("user:{n}");
                assertThat(delta.latency().total()).isEqualTo(delta.count());
                misses += delta.misses();
                bytesIn += delta.bytesIn();
                bytesOut += delta.bytesOut();
            }
            assertThat(misses).isEqualTo(500);
            assertThat(bytesIn).isEqualTo(500 * 5);
            assertThat(bytesOut).isEqualTo(500 * 5);
            assertThat(collector.problems()).isEmpty();
            assertThat(spools()).isZero();
        }
    }

    /** GET of a key that is not there, SET, GET; so many times. */
    private static void drive(int port, int rounds) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < rounds; i++) {
                String key = "user:" + (1_000 + i);
                for (String command : new String[] {"GET", "SET", "GET"}) {
                    boolean set = command.equals("SET");
                    String text = (set ? "*3" : "*2") + "\r\n$3\r\n" + command + "\r\n$" + key.length() + "\r\n" + key
                            + "\r\n" + (set ? "$5\r\nhello\r\n" : "");
                    all.write(text.getBytes(StandardCharsets.US_ASCII));
                }
            }
            out.write(all.toByteArray());
            int expected = rounds * ("$-1\r\n".length() + "+OK\r\n".length() + "$5\r\nhello\r\n".length());
            assertThat(socket.getInputStream().readNBytes(expected)).hasSize(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void gauges_ofTheJvm_comeWithoutTouchingLoggingOrMakingAnMBeanServer(int version) throws Exception {
        Path initialised = folder.resolve("init.txt");
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(CountingApp.class)
                        .javaHome(version == 25 ? Jdks.jdk25() : Jdks.current())
                        .jvm("-Xlog:class+init=info:file=" + initialised)
                        .agent(options(collector.address()) + "," + GET_RULE)
                        .arguments(folder.resolve("count"), 0, 1)
                        .start()) {
            Map<String, Double> seen = new HashMap<>();
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                collector.frames().forEach(frame -> seen.putAll(frame.gauges()));
                return seen.containsKey("jvm.cpu.process.ratio");
            });
            assertThat(seen)
                    .containsKeys(
                            "jvm.heap.used.bytes",
                            "jvm.heap.limit.bytes",
                            "jvm.nonheap.used.bytes",
                            "jvm.gc.pause.seconds.total",
                            "jvm.gc.collections.count.total",
                            "jvm.gc.young.pause.seconds.total",
                            "jvm.gc.old.collections.count.total",
                            "jvm.buffers.direct.used.bytes",
                            "jvm.cpu.system.ratio");
            assertThat(seen.get("jvm.threads.live.count")).isBetween(5.0, 100.0);
            assertThat(seen.get("jvm.uptime.seconds")).isBetween(1.0, 100.0);
            assertThat(seen.get("jvm.files.open.count")).isBetween(3.0, seen.get("jvm.files.limit.count"));
            assertThat(seen.get("jvm.cpu.process.ratio")).isBetween(0.0, 1.0);
            assertThat(child.out() + child.err()).isEmpty();
            assertThat(Files.readString(initialised))
                    .contains("java/lang/management/ManagementFactory")
                    .doesNotContain("java/util/logging/", "javax/management/MBeanServerFactory", "JmxMBeanServer");
        }
    }

    @Test
    void renamedJar_staysOffAndSaysWhatToDo() throws Exception {
        Path renamed = folder.resolve("other-name.jar");
        Files.copy(AgentJar.path(), renamed);
        try (ChildJvm child =
                child(HelloApp.class).agent(renamed, options(NOBODY)).start().await(60)) {
            assertThat(child.exitCode()).isZero();
            assertThat(child.out()).isEqualTo("hello\n");
            assertThat(child.err()).isEmpty();
            assertThat(Files.readAllLines(log)).singleElement().asString().contains("must be named kvops-agent.jar");
        }
    }

    @Test
    void unknownOption_isOneLineAndTheRestWorks() throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(CountingApp.class)
                        .agent(options(collector.address()) + ",colour=red," + GET_RULE)
                        .arguments(folder.resolve("count"), 1_000, 100)
                        .start()
                        .await(60)) {
            assertThat(child.out() + child.err()).isEmpty();
            assertThat(collector.count("mine", "GET")).isEqualTo(1_000);
            assertThat(Files.readAllLines(log).stream().filter(line -> line.contains("colour=red")))
                    .hasSize(1);
        }
    }

    @Test
    void enabledFalse_countsNothing() throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm child = child(CountingApp.class)
                        .jvm("-Dkvops.enabled=false")
                        .agent(options(collector.address()) + "," + GET_RULE)
                        .arguments(folder.resolve("count"), 1_000, 100)
                        .start()
                        .await(60)) {
            assertThat(child.exitCode()).isZero();
            assertThat(collector.hellos()).isEmpty();
        }
    }

    @Test
    void wrongToken_isOneLineAndTheApplicationRunsOn() throws Exception {
        try (FakeCollector collector = FakeCollector.start()) {
            collector.refuseWith(new Refusal(Refusal.Kind.TOKEN, "the token is wrong; set token="));
            try (ChildJvm child = child(CountingApp.class)
                    .agent(options(collector.address()) + "," + GET_RULE)
                    .arguments(folder.resolve("count"), 2_000, 10)
                    .start()
                    .await(60)) {
                assertThat(child.exitCode()).isZero();
                assertThat(child.out() + child.err()).isEmpty();
                assertThat(Files.readAllLines(log)).singleElement().asString().contains("token");
                assertThat(spools()).isEqualTo(1);
            }
        }
    }

    @Test
    void collectorAway_theNextAgentDeliversUnderTheOldId() throws Exception {
        try (ChildJvm child = child(CountingApp.class)
                .agent(options(NOBODY) + "," + GET_RULE)
                .arguments(folder.resolve("count"), 5_000, 50)
                .start()
                .await(60)) {
            assertThat(child.exitCode()).isZero();
            assertThat(Files.readAllLines(log)).singleElement().asString().contains("cannot be reached");
        }
        assertThat(spools()).isEqualTo(1);
        deliverByHello(5_000, 5_000);
    }

    @Test
    void kill_atRandomMoments_atMostTheLastTicksAreMissing() throws Exception {
        Random random = new Random(42);
        int kills = Boolean.getBoolean("kvops.proof") ? 50 : 3;
        for (int i = 0; i < kills; i++) {
            Path count = folder.resolve("count" + i);
            long made;
            try (ChildJvm child = child(CountingApp.class)
                    .agent(options(NOBODY) + "," + GET_RULE)
                    .arguments(count, 0, 1)
                    .start()) {
                long atLeast = 1_200 + random.nextInt(1_500);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> Files.exists(count)
                                && Files.size(count) == 8
                                && CountingApp.map(count).getLong(0) > atLeast);
                child.kill();
                made = CountingApp.map(count).getLong(0);
            }
            // at most one call a millisecond: at most the last interval may be missing, and ticks make it far less
            deliverByHello(made - 1_000, made + 1);
        }
    }

    @Test
    void firstClientInAShutdownHook_isCountedInTheSpool() throws Exception {
        String store = HookApp.class.getName() + "$Store";
        try (ChildJvm child = child(HookApp.class)
                .agent(options(NOBODY) + ",rule=class:" + store + ";method:get;key:0;store:mine")
                .arguments(700)
                .start()
                .await(60)) {
            assertThat(child.exitCode()).isZero();
            assertThat(child.out() + child.err()).isEmpty();
            assertThat(Files.readString(log)).contains("while the JVM ends").doesNotContain("is left as it is");
        }
        deliverByHello(700, 700);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void collectorAway_exitTakesAtMostTwoSecondsMore(boolean answers) throws Exception {
        // one that refuses, and one whose connections are never taken
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
                Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            String collector = answers ? NOBODY : "127.0.0.1:" + full.getLocalPort();
            ChildJvm.Builder watched = child(EndApp.class)
                    .agent(options(collector) + ",rule=class:" + EndApp.class.getName()
                            + ";method:get;key:0;store:mine");
            Duration most = exitOf(child(EndApp.class)).plusSeconds(2);
            Duration exit = exitOf(watched);
            // a busy machine may hold one up; an agent that waits too long does so each time
            for (int more = 0; more < 2 && exit.compareTo(most) >= 0; more++) {
                exit = exitOf(watched);
            }
            assertThat(exit).isLessThan(most);
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
    }

    private static Duration exitOf(ChildJvm.Builder application) throws Exception {
        try (ChildJvm child = application.start()) {
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> child.out().endsWith("\n"));
            long end = System.nanoTime();
            child.await(60);
            assertThat(child.exitCode()).isZero();
            return Duration.ofNanos(System.nanoTime() - end);
        }
    }

    @Test
    void collectorRestarts_whileTheApplicationRuns_countsAreExact() throws Exception {
        FakeCollector first = FakeCollector.start();
        int port = first.port();
        try (ChildJvm child = child(CountingApp.class)
                .agent(options(first.address()) + ",interval=50ms," + GET_RULE)
                .arguments(folder.resolve("count"), 3_000, 1)
                .start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> first.count("mine", "GET") > 100);
            first.close();
            long before = first.count("mine", "GET");
            // the system may need a moment to free the port
            try (FakeCollector second =
                    await().ignoreExceptions().until(() -> FakeCollector.start(port), collector -> collector != null)) {
                child.await(60);
                assertThat(child.out() + child.err()).isEmpty();
                // a frame that the first took, but whose ack was lost, comes again: same agent, same number
                long twice = second.frames().stream()
                        .filter(frame -> first.frames().stream().anyMatch(f -> f.sequence() == frame.sequence()))
                        .flatMap(frame -> frame.series().stream())
                        .mapToLong(SeriesDelta::count)
                        .sum();
                assertThat(before + second.count("mine", "GET") - twice).isEqualTo(3_000);
            }
        }
    }

    @Test
    void collectorTurnsRecordingOff_nothingMoreIsCounted() throws Exception {
        try (FakeCollector collector = FakeCollector.start()) {
            collector.configure(1, Map.of("enabled", "false"));
            try (ChildJvm child = child(CountingApp.class)
                    .agent(options(collector.address()) + "," + GET_RULE)
                    .arguments(folder.resolve("count"), 4_000, 2)
                    .start()
                    .await(60)) {
                assertThat(child.exitCode()).isZero();
                assertThat(collector.count("mine", "GET")).isLessThan(4_000);
                assertThat(Files.readString(log)).contains("enabled=false");
            }
        }
    }

    /** A short application without any client delivers what is in the folder. */
    private void deliverByHello(long atLeast, long atMost) throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                ChildJvm hello = child(HelloApp.class)
                        .agent(options(collector.address()))
                        .start()
                        .await(60)) {
            assertThat(hello.out()).isEqualTo("hello\n");
            assertThat(hello.err()).isEmpty();
            long got = collector.count("mine", "GET");
            System.out.println("delivered " + got + " of " + atMost);
            assertThat(got).isBetween(atLeast, atMost);
            assertThat(spools()).isZero();
        }
    }
}
