package io.kvops.agent.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** What runs beside the application. */
enum Variant {
    NONE("no agent"),
    CLOCK("two System.nanoTime()"),
    KVOPS("kvops"),
    OTEL("OpenTelemetry 2.33.1, metrics only");

    final String title;

    Variant(String title) {
        this.title = title;
    }

    /** Options of the JVM. */
    List<String> jvmArgs(Path root, Path work, Sink sink) {
        return switch (this) {
            case NONE, CLOCK -> List.of();
            case KVOPS ->
                List.of("-javaagent:" + root.resolve("agent/core/target/kvops-agent.jar")
                        + "=service=bench,collector=127.0.0.1:" + sink.port() + ",spool=" + work.resolve("spool")
                        + ",log="
                        + work.resolve("kvops-agent.log") + ",slow=1ms,slow.stack=true,keys=plain");
            // metrics only: no exporter for traces and logs; metrics go out over OTLP, in the agent's own rhythm
            case OTEL ->
                List.of(
                        "-javaagent:" + root.resolve("agent/benchmarks/target/bench/peers/opentelemetry-javaagent.jar"),
                        "-Dotel.service.name=bench",
                        "-Dotel.traces.exporter=none",
                        "-Dotel.logs.exporter=none",
                        "-Dotel.metrics.exporter=otlp",
                        "-Dotel.exporter.otlp.protocol=http/protobuf",
                        "-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + sink.otlpPort());
        };
    }
}
