package io.kvops.server.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.StagedCollector;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A collector in a JVM of its own. */
final class CollectorProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final JsonNode ready;
    private final HttpClient client = HttpClient.newHttpClient();

    private CollectorProcess(Process process, JsonNode ready) {
        this.process = process;
        this.ready = ready;
    }

    /** Starts one and waits for its line, which comes once it has processed what its journal holds. */
    static CollectorProcess start(Path data, int ingestPort, int httpPort, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "collector",
                "--json",
                "--data",
                data.toString(),
                "--ingest-port",
                Integer.toString(ingestPort),
                "--http-port",
                Integer.toString(httpPort)));
        arguments.addAll(Arrays.asList(more));
        return start(data, Installation.kvops(arguments.toArray(new String[0])));
    }

    /** One that takes its time from a stage, and tells there what it does. */
    static CollectorProcess startStaged(Path data, Path config, Path stage, int ingestPort, int httpPort)
            throws IOException {
        return start(
                data,
                Installation.collectorOf(
                        StagedCollector.class,
                        data.toString(),
                        config.toString(),
                        stage.toString(),
                        Integer.toString(ingestPort),
                        Integer.toString(httpPort)));
    }

    private static CollectorProcess start(Path data, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling("collector.err").toFile()))
                .start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (line == null) {
            throw new IllegalStateException(
                    "the collector ended before it was ready; see " + data.resolveSibling("collector.err"));
        }
        return new CollectorProcess(process, JSON.readTree(line));
    }

    int ingestPort() {
        return ready.path("ingestPort").asInt();
    }

    int httpPort() {
        return ready.path("httpPort").asInt();
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What it answers. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What it answers to a change of its configuration. */
    HttpResponse<String> patch(String json) throws IOException, InterruptedException {
        HttpRequest request = request("/api/v1/config")
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path));
    }

    /** What it answers, as JSON. @throws IOException if that is not 200 */
    JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new IOException("GET " + path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** Rows of an answer of its history. */
    JsonNode query(String sql) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + "/api/v1/query"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(Map.of("sql", sql, "timeout", "1m"))))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(sql + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body()).path("rows");
    }

    /** All that it knows. */
    JsonNode report() throws IOException, InterruptedException {
        return JSON.readTree(get("/api/v1/report?last=1d&format=json").body());
    }

    /** Operations that application code called, by its report. */
    long reportedOps() throws IOException, InterruptedException {
        return report().path("totals").path("ops").asLong();
    }

    /** Stops it as an operator does. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("the collector did not stop within 30 s of SIGTERM");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
