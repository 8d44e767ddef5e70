package io.kvops.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real collector, in a process of its own on a processor of its own. */
final class CollectorUnderTest implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HEAP_AFTER = Pattern.compile("->(\\d+)M\\(");
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final Process process;
    private final JsonNode ready;
    private final Path gcLog;

    private CollectorUnderTest(Process process, JsonNode ready, Path gcLog) {
        this.process = process;
        this.ready = ready;
        this.gcLog = gcLog;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param yaml its configuration
     * @param cpu number of the processor
     * @param jvm more options of its JVM
     */
    static CollectorUnderTest start(Path jar, Path folder, String yaml, int cpu, List<String> jvm) throws IOException {
        Path config = Files.writeString(folder.resolve("collector.yaml"), yaml);
        Path gcLog = folder.resolve("gc.log");
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpu), java()));
        // as the launcher starts it
        command.addAll(List.of("-Xms32m", "-Xmx1g", "-XX:MaxDirectMemorySize=512m", "-XX:+UseG1GC"));
        command.addAll(List.of("-XX:G1PeriodicGCInterval=60000", "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=40"));
        command.addAll(List.of("-XX:-G1UseAdaptiveIHOP", "-XX:InitiatingHeapOccupancyPercent=75"));
        command.addAll(List.of("-XX:ThreadPriorityPolicy=1", "-XX:JavaPriority1_To_OSPriority=10"));
        command.add("-Xlog:gc:file=" + gcLog + ":uptime:filecount=0");
        command.addAll(jvm);
        command.addAll(List.of("-jar", jar.toString(), "collector", "--json", "--config", config.toString()));
        command.addAll(List.of("--data", folder.resolve("data").toString()));
        command.addAll(List.of("--ingest-port", "0", "--http-port", "0"));
        Path errors = folder.resolve("collector.err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        boolean started = false;
        try {
            BufferedReader out = process.inputReader();
            String line = out.readLine();
            if (line == null) {
                throw new IOException("the collector did not start: " + Files.readString(errors));
            }
            CollectorUnderTest collector = new CollectorUnderTest(process, JSON.readTree(line), gcLog);
            started = true;
            return collector;
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    int ingestPort() {
        return ready.path("ingestPort").asInt();
    }

    ProcessMeter meter() {
        return new ProcessMeter(process.pid());
    }

    /** Largest heap in MB that a collection left so far. */
    long heapMegabytes() throws IOException {
        long most = 0;
        for (String line : Files.readAllLines(gcLog)) {
            Matcher after = HEAP_AFTER.matcher(line);
            if (after.find()) {
                most = Math.max(most, Long.parseLong(after.group(1)));
            }
        }
        return most;
    }

    /** What it answers to a GET. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(text(path));
    }

    private String text(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + ready.path("httpPort").asInt() + path);
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("GET " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Frames that are acknowledged, and not with the analyzer yet. */
    long pendingFrames() throws IOException, InterruptedException {
        return text("/metrics")
                .lines()
                .filter(line -> line.startsWith("kvops_ingest_pending_frames "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new IOException("GET /metrics: no kvops_ingest_pending_frames"));
    }

    /** Ends it as an operator does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
