package io.kvops.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** An ingest in a JVM of its own, to be killed. Its consumer ends the process if a frame is missing or comes twice. */
final class CollectorProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private CollectorProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        Map<UUID, Long> last = new HashMap<>();
        FrameConsumer strict = (frame, position) -> {
            Long before = last.put(frame.source().agentId(), frame.sequence());
            if (frame.sequence() != (before == null ? 1 : before + 1)) {
                System.err.println("frame " + frame.sequence() + " after " + before);
                Runtime.getRuntime().halt(3);
            }
        };
        IngestConfig config = IngestConfig.builder(Path.of(args[0]))
                .port(Integer.parseInt(args[1]))
                .segmentBytes(Long.parseLong(args[2]))
                .minFreeBytes(0)
                .build();
        Ingest ingest = Ingest.open(config, strict, Clock.systemUTC());
        ingest.start();
        System.out.println("port " + ingest.port());
        // until killed, or the parent is gone
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(0);
    }

    /** @param port 0 for any */
    static CollectorProcess start(Path folder, int port, long segmentBytes) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .toList());
        command.addAll(
                List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(
                CollectorProcess.class.getName(),
                folder.toString(),
                Integer.toString(port),
                Long.toString(segmentBytes)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log(folder).toFile()))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith("port ")) {
            process.destroyForcibly();
            throw new IOException("the collector did not start: " + line);
        }
        return new CollectorProcess(process, Integer.parseInt(line.substring(5)));
    }

    /** What the processes on a folder wrote to stderr. */
    static Path log(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".log");
    }

    int port() {
        return port;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
