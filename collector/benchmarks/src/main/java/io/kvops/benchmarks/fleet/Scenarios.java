package io.kvops.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program: for each scenario starts a collector on one processor and a fleet on another, and prints a row of the table
 * in the README. Needs Linux.
 */
@Command(
        name = "scenarios",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "What a collector takes, and what it costs.")
public final class Scenarios implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROCESSOR_OF_COLLECTOR = 0;
    private static final int PROCESSOR_OF_FLEET = 1;
    private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(2);

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            defaultValue = "collector/server/target/kvops/kvops.jar",
            description = "The collector (${DEFAULT-VALUE}).")
    private Path jar = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "collector/benchmarks/target/scenarios",
            description = "Takes its data, logs and results (${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Only these scenarios, in this order.")
    private List<String> only = Scenario.all().stream().map(Scenario::name).toList();

    @Option(names = "--seconds", defaultValue = "60", description = "Measured time of each (${DEFAULT-VALUE}).")
    private long seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "30",
            description = "Time before it (${DEFAULT-VALUE}).")
    private long warmup;

    @Option(names = "--series", defaultValue = "20", description = "Series of a frame (${DEFAULT-VALUE}).")
    private int series;

    @Option(names = "--hot-keys", defaultValue = "0", description = "Hot keys of a frame (${DEFAULT-VALUE}).")
    private int hotKeys;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "An option for the collector's JVM; may be repeated.")
    private List<String> jvm = new ArrayList<>();

    private Scenarios() {}

    /** Exit: 0 every scenario ran and nothing was lost, 1 not, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Scenarios())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.err.println("scenarios: " + e.getMessage());
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        System.out.println(Row.HEADING);
        boolean good = true;
        for (String name : only) {
            Row row = run(Scenario.named(name));
            System.out.println(row.markdown());
            good &= row.nothingLost();
        }
        return good ? 0 : 1;
    }

    private Row run(Scenario scenario) throws Exception {
        Path folder = out.resolve(scenario.name() + "-" + System.currentTimeMillis());
        Files.createDirectories(folder);
        Path certificate = folder.resolve("certificate.pem");
        String yaml = "journal: {sync: " + scenario.sync() + ", maxPendingBytes: " + scenario.maxPending() + "}\n";
        if (scenario.tls()) {
            Path key = folder.resolve("key.pem");
            makeCertificate(certificate, key);
            yaml += "ingest: {tls: {certificate: '" + certificate.toAbsolutePath() + "', key: '" + key.toAbsolutePath()
                    + "'}}\n";
        }
        try (CollectorUnderTest collector = CollectorUnderTest.start(jar, folder, yaml, PROCESSOR_OF_COLLECTOR, jvm)) {
            return measure(scenario, collector, folder, certificate);
        }
    }

    private Row measure(Scenario scenario, CollectorUnderTest collector, Path folder, Path certificate)
            throws IOException, InterruptedException {
        Process fleet = new ProcessBuilder(fleetCommand(scenario, collector.ingestPort(), certificate))
                .redirectError(folder.resolve("fleet.err").toFile())
                .start();
        ProcessMeter meter = collector.meter();
        double cpu = 0;
        Map<String, Double> threads = Map.of();
        JsonNode result = null;
        try (BufferedReader lines = fleet.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode said = JSON.readTree(line);
                switch (said.path("phase").asText()) {
                    case "measuring" -> {
                        cpu = -meter.cpuSeconds();
                        threads = meter.cpuSecondsByThread();
                    }
                    case "measured" -> {
                        cpu += meter.cpuSeconds();
                        threads = difference(meter.cpuSecondsByThread(), threads);
                    }
                    default -> result = said;
                }
            }
        } finally {
            fleet.destroy();
        }
        if (result == null) {
            throw new IOException(
                    scenario.name() + ": the fleet failed: " + Files.readString(folder.resolve("fleet.err")));
        }
        Files.writeString(folder.resolve("fleet.json"), result.toPrettyString());
        Files.writeString(folder.resolve("threads.txt"), threadTable(threads, result));
        long acked = result.path("total").path("opsAcked").asLong();
        long begin = System.nanoTime();
        catchUp(collector);
        long counted = countedOperations(collector, acked);
        return new Row(
                scenario.name(),
                result,
                cpu,
                collector.heapMegabytes(),
                meter.residentMegabytes(true),
                (System.nanoTime() - begin) / 1e9,
                counted);
    }

    /**
     * Waits until the analyzer has taken what was acknowledged, as long as it takes more of it: it may lag behind the journal.
     */
    private static void catchUp(CollectorUnderTest collector) throws IOException, InterruptedException {
        long progress = System.nanoTime();
        long fewest = Long.MAX_VALUE;
        long pending = collector.pendingFrames();
        while (pending > 0 && System.nanoTime() - progress < STUCK_NANOS) {
            if (pending < fewest) {
                fewest = pending;
                progress = System.nanoTime();
            }
            TimeUnit.SECONDS.sleep(1);
            pending = collector.pendingFrames();
        }
    }

    /** What the history counts, asked again as long as it counts more: the last bucket is written when it is over. */
    private static long countedOperations(CollectorUnderTest collector, long acked) throws InterruptedException {
        try {
            long progress = System.nanoTime();
            long most = -1;
            while (most < acked && System.nanoTime() - progress < STUCK_NANOS) {
                long counted = collector
                        .get("/api/v1/breakdown?last=1d&limit=1")
                        .path("total")
                        .path("count")
                        .asLong();
                if (counted > most) {
                    most = counted;
                    progress = System.nanoTime();
                }
                TimeUnit.SECONDS.sleep(1);
            }
            return most;
        } catch (IOException e) {
            System.err.println("scenarios: the operations could not be asked for: " + e.getMessage());
            return -1;
        }
    }

    private List<String> fleetCommand(Scenario scenario, int port, Path certificate) {
        List<String> command = new ArrayList<>(
                List.of("taskset", "-c", Integer.toString(PROCESSOR_OF_FLEET), CollectorUnderTest.java()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FleetCommand.class.getName()));
        command.addAll(List.of("--collector", "127.0.0.1:" + port, "--agents", Integer.toString(scenario.agents())));
        command.addAll(List.of("--interval", Long.toString(scenario.intervalMillis())));
        command.addAll(List.of("--series", Integer.toString(series), "--hot-keys", Integer.toString(hotKeys)));
        command.addAll(List.of("--seconds", Long.toString(seconds), "--warmup", Long.toString(warmup)));
        if (scenario.tls()) {
            command.addAll(List.of("--tls", "--ca", certificate.toString()));
        }
        return command;
    }

    private static void makeCertificate(Path certificate, Path key) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        Files.writeString(certificate, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
    }

    private static Map<String, Double> difference(Map<String, Double> after, Map<String, Double> before) {
        return after.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)));
    }

    /** Microseconds of each kind of thread for one frame, most first. */
    private static String threadTable(Map<String, Double> seconds, JsonNode result) {
        double frames = result.path("measured").path("framesAcked").asDouble();
        return seconds.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> String.format(
                        Locale.ROOT, "%8.2f us/frame %s%n", entry.getValue() / frames * 1e6, entry.getKey()))
                .collect(Collectors.joining());
    }

    /** A line of the table. */
    private record Row(
            String name,
            JsonNode result,
            double cpuSeconds,
            long heapMegabytes,
            long peakMegabytes,
            double catchUpSeconds,
            long counted) {
        static final String HEADING =
                "| scenario | frames/s | series/s | collector CPU | µs/frame | µs/series | frames/s per core | ack p50 / p99"
                        + " / p99.9 / max, ms | heap, RSS peak, MB | fleet CPU | acked ops | counted |\n"
                        + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|";

        boolean nothingLost() {
            return result.path("allAcked").asBoolean() && counted == operations();
        }

        private long operations() {
            return result.path("total").path("opsAcked").asLong();
        }

        String markdown() {
            JsonNode measured = result.path("measured");
            double seconds = result.path("seconds").asDouble();
            double frames = measured.path("framesAcked").asDouble();
            double series = measured.path("seriesAcked").asDouble();
            JsonNode ack = measured.path("ackMillis");
            return String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %.0f %% | %.1f | %.2f | %,.0f | %.1f / %.1f / %.1f / %.1f | %d, %d | %.0f %% | %,d | %s |",
                    name,
                    frames / seconds,
                    series / seconds,
                    100 * cpuSeconds / seconds,
                    cpuSeconds / frames * 1e6,
                    cpuSeconds / series * 1e6,
                    frames / cpuSeconds,
                    ack.path("p50").asDouble(),
                    ack.path("p99").asDouble(),
                    ack.path("p999").asDouble(),
                    ack.path("max").asDouble(),
                    heapMegabytes,
                    peakMegabytes,
                    100 * result.path("generatorCpuSeconds").asDouble() / seconds,
                    operations(),
                    remark());
        }

        private String remark() {
            if (!result.path("allAcked").asBoolean()) {
                return "not all acked";
            }
            return counted == operations()
                    ? String.format(Locale.ROOT, "equal, %.0f s later", catchUpSeconds)
                    : counted < 0 ? "no answer" : String.format(Locale.ROOT, "%,d", counted);
        }
    }
}
