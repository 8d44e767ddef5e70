package io.kvops.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.report.ReportJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Says where a running collector is found: {@code collector.json} in its data folder. It goes when the collector stops;
 * after a kill it stays, so its process id is looked at as well, and as that may be another process's by then, whether the
 * folder is taken.
 *
 * @param pid process id of the collector
 * @param host address that HTTP binds
 * @param ingestPort port for agents
 * @param httpPort port for HTTP
 * @param url address of HTTP, with its scheme
 * @param agents address for agents, as their option {@code collector} takes it
 * @param version version of the collector
 */
public record RunningCollector(
        long pid, String host, int ingestPort, int httpPort, String url, String agents, String version) {
    private static final String FILE = "collector.json";

    /** The collector that runs on a data folder, if one does. */
    public static Optional<RunningCollector> find(Path dataDir) {
        try {
            JsonNode read = new ObjectMapper().readTree(Files.readAllBytes(dataDir.resolve(FILE)));
            RunningCollector found = new RunningCollector(
                    read.path("pid").asLong(),
                    read.path("host").asText(),
                    read.path("ingestPort").asInt(),
                    read.path("httpPort").asInt(),
                    read.path("url").asText(),
                    read.path("agents").asText(),
                    read.path("version").asText());
            return ProcessHandle.of(found.pid()).isPresent() && DataFolder.isTaken(dataDir)
                    ? Optional.of(found)
                    : Optional.empty();
        } catch (IOException e) {
            // none there, or half a file of a collector that was killed while writing: none runs
            return Optional.empty();
        }
    }

    /** An address under which a door is reached from this machine: one that binds every interface is asked by loopback. */
    static String reached(String host, int port) {
        String name = switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }

    void write(Path dataDir) throws IOException {
        Path temporary = dataDir.resolve(FILE + ".new");
        Files.write(temporary, ReportJson.indented(this).getBytes(StandardCharsets.UTF_8));
        Files.move(
                temporary, dataDir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void remove(Path dataDir) throws IOException {
        Files.deleteIfExists(dataDir.resolve(FILE));
    }
}
