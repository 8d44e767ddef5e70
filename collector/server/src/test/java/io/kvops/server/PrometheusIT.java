package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.analyzer.Report;
import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Ack;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real collector: its numbers are the report's, and the dashboard's questions have answers. */
class PrometheusIT {
    private static final String INSTALL = "no Prometheus found; install it: apt-get install prometheus";
    private static final int AGENTS = 3;
    private static final int FRAMES = 120;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Path ROOT = Path.of(System.getProperty("kvops.root"));

    @TempDir
    private Path folder;

    private String prometheus;

    @BeforeAll
    static void findPrometheus() {
        boolean found = find("prometheus").isPresent() && find("promtool").isPresent();
        if (!found && Boolean.getBoolean("kvops.requireServices")) {
            fail(INSTALL);
        }
        assumeTrue(found, INSTALL);
    }

    private static Optional<Path> find(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(dir -> Path.of(dir, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Test
    void shippedScrapeConfiguration_isValid() throws Exception {
        Process check = new ProcessBuilder(
                        find("promtool").orElseThrow().toString(),
                        "check",
                        "config",
                        ROOT.resolve("config/prometheus.yml").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
    }

    @Test
    void scrapedNumbers_equalTheReport_andTheDashboardWorks() throws Exception {
        try (OpsManager ops =
                OpsManager.open(CollectorConfig.of(new CollectorConfig.Overrides(folder.resolve("data"), 0, 0)))) {
            ops.start();
            Process process = startPrometheus(ops.running().httpPort());
            try {
                Instant from = Instant.ofEpochMilli(before());
                sendFrames(ops.running().ingestPort());
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> ops.ingestStats().consumed() == FRAMES);
                // frames flowed while it scraped; now it has to see the last of them
                Map<String, Long> expected = byStoreOp(ops.generateReport(from, from.plusSeconds(7_200)));
                assertThat(expected).hasSizeGreaterThan(10);
                await("Prometheus to have the report's numbers")
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(scraped()).isEqualTo(expected));
                for (String expression : dashboard()) {
                    await("data for " + expression)
                            .atMost(Duration.ofSeconds(30))
                            .until(() -> query(expression).size() > 0);
                }
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private static long before() {
        return java.time.Clock.systemUTC().millis() - 3_600_000;
    }

    private Process startPrometheus(int collectorPort) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                Files.readString(ROOT.resolve("config/prometheus.yml"))
                        .replace("127.0.0.1:7180", "127.0.0.1:" + collectorPort)
                        .replace("scrape_interval: 15s", "scrape_interval: 1s"));
        prometheus = "http://127.0.0.1:" + port;
        Process process = new ProcessBuilder(
                        find("prometheus").orElseThrow().toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        await("Prometheus to scrape").atMost(Duration.ofSeconds(60)).until(() -> {
            try {
                return query("up == 1").size() == 1;
            } catch (java.io.IOException e) {
                return false;
            }
        });
        return process;
    }

    /** All frames of all agents, with errors, misses and what client libraries send by themselves. */
    private static void sendFrames(int port) throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int agent = 0; agent < AGENTS; agent++) {
            Source source = new Source(UUID.randomUUID(), "shop" + agent, "h:" + agent, "h", agent, "test");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                OutputStream out = socket.getOutputStream();
                InputStream in = new BufferedInputStream(socket.getInputStream());
                WireCodec.writeMagic(out);
                WireCodec.write(
                        out, WireCodec.encode(new Hello(WireCodec.PROTOCOL_VERSION, List.of(), "", source, 0, "test")));
                for (int n = 1; n <= FRAMES / AGENTS; n++) {
                    WireCodec.write(out, WireCodec.encode(frame(source, n, random)));
                    out.flush();
                    long sequence = n;
                    while (!(WireCodec.decode(WireCodec.read(in, WireCodec.MAX_FRAME_BYTES)) instanceof Ack ack
                            && ack.sequence() >= sequence)) {
                        // until this one is acknowledged
                    }
                }
            }
        }
    }

    private static Frame frame(Source source, long sequence, Random random) {
        long end = java.time.Clock.systemUTC().millis();
        List<SeriesDelta> series = new ArrayList<>();
        for (String op : List.of("GET", "SET", "DEL", "HGET")) {
            for (String store : List.of("redis", "rocksdb", "etcd")) {
                LatencyHistogram histogram = new LatencyHistogram();
                int count = 1 + random.nextInt(50);
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    long nanos = 1_000 + (long) (random.nextDouble() * 5e6);
                    histogram.record(nanos);
                    sum += nanos;
                }
                long misses = random.nextInt(count);
                long errors = random.nextInt(3) == 0 && count > misses ? 1 : 0;
                SeriesKey key = new SeriesKey(store, "h:1", op, OpClass.READ, "k:{n}", false);
                series.add(new SeriesDelta(
                        key,
                        count,
                        misses,
                        errors == 0 ? Map.of() : Map.of("IOException", errors),
                        0,
                        0,
                        8,
                        100,
                        10,
                        sum,
                        histogram.max(),
                        histogram.toSparse(),
                        0));
            }
        }
        SeriesKey ping = new SeriesKey("redis", "h:1", "PING", OpClass.ADMIN, "", true);
        series.add(new SeriesDelta(
                ping, 3, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, io.kvops.histogram.SparseHistogram.EMPTY, 0));
        return new Frame(
                source,
                sequence,
                end - 1_000,
                end,
                series,
                List.of(),
                List.of(),
                Map.of("jvm.heap.used.bytes", 1e6),
                Map.of());
    }

    /** What Prometheus has, as the report is keyed below. */
    private Map<String, Long> scraped() throws Exception {
        Map<String, Long> numbers = new TreeMap<>();
        for (String metric : List.of("ops", "op_errors", "op_misses")) {
            for (JsonNode sample : query("kvops_" + metric + "_total")) {
                JsonNode labels = sample.path("metric");
                numbers.put(
                        metric + " " + labels.path("store").asText() + "/"
                                + labels.path("op").asText(),
                        Long.parseLong(sample.path("value").path(1).asText()));
            }
        }
        return numbers;
    }

    private static Map<String, Long> byStoreOp(Report report) {
        Map<String, Long> numbers = new TreeMap<>();
        for (Report.Series series : report.series()) {
            String pair = series.store() + "/" + series.op();
            numbers.merge("ops " + pair, series.count(), Long::sum);
            numbers.merge("op_errors " + pair, series.errors(), Long::sum);
            numbers.merge("op_misses " + pair, series.misses(), Long::sum);
        }
        return numbers;
    }

    /** Every PromQL expression of the shipped dashboard, with its variables filled in. */
    private static List<String> dashboard() throws Exception {
        List<String> expressions = new ArrayList<>();
        JsonNode dashboard =
                JSON.readTree(ROOT.resolve("config/grafana/kvops.json").toFile());
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                expressions.add(
                        target.path("expr").asText().replace("$store", ".*").replace("$__rate_interval", "5m"));
            }
        }
        assertThat(expressions).hasSizeGreaterThan(12);
        return expressions;
    }

    private JsonNode query(String expression) throws Exception {
        String address = prometheus + "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(URI.create(address))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(response.body()).path("data").path("result");
    }
}
