package io.kvops.benchmarks.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program. On stdout one JSON object a line: {@code {"phase":"measuring"}} and {@code {"phase":"measured"}} around the
 * measured time, and last the result, {@code {"phase":"result",...}}: what was done in the measured time, and in all.
 */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Simulated agents that send frames to a collector.")
public final class FleetCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SPARE_FILES = 200;
    private static final long CONNECT_SECONDS = 120;

    @Option(
            names = "--collector",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7171",
            description = "${DEFAULT-VALUE}")
    private String collector = "";

    @Option(names = "--agents", defaultValue = "100", description = "Connections, each an agent (${DEFAULT-VALUE}).")
    private int agents;

    @Option(names = "--series", defaultValue = "20", description = "Series of a frame (${DEFAULT-VALUE}).")
    private int series;

    @Option(names = "--hot-keys", defaultValue = "0", description = "Hot keys of a frame (${DEFAULT-VALUE}).")
    private int hotKeys;

    @Option(
            names = "--interval",
            paramLabel = "MS",
            defaultValue = "1000",
            description =
                    "Milliseconds between an agent's frames (${DEFAULT-VALUE}); 0: the next when one is acknowledged.")
    private long interval;

    @Option(names = "--seconds", defaultValue = "30", description = "Measured time (${DEFAULT-VALUE}).")
    private long seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "10",
            description = "Time before it (${DEFAULT-VALUE}).")
    private long warmup;

    @Option(
            names = "--drain",
            paramLabel = "S",
            defaultValue = "60",
            description = "Longest wait for the last acknowledgements (${DEFAULT-VALUE}).")
    private long drain;

    @Option(names = "--threads", defaultValue = "1", description = "Event loops (${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--token", defaultValue = "", description = "The collector's token.")
    private String token = "";

    @Option(names = "--tls", description = "Connect by TLS.")
    private boolean tls;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of who signed the collector's certificate.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM of the agents' certificate, for mutual TLS.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM of its key.")
    private @Nullable Path key;

    @Option(names = "--run", paramLabel = "N", description = "Another number makes other agents (default: the time).")
    private @Nullable Long run;

    private FleetCommand() {}

    /** Exit: 0 all frames were acknowledged, 1 not, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FleetCommand())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.err.println("fleet: " + e.getMessage());
                    return e instanceof IllegalArgumentException ? 2 : 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        FleetOptions options = options();
        long files = openFilesMax();
        if (files < agents + SPARE_FILES) {
            throw new IllegalArgumentException("agents: " + agents + " need as many open files, and " + files
                    + " are allowed; run: ulimit -n " + (agents + SPARE_FILES));
        }
        try (Fleet fleet = new Fleet(options)) {
            if (!fleet.connect(CONNECT_SECONDS)) {
                throw new IOException("only " + fleet.welcome() + " of " + agents + " agents are welcome at "
                        + collector + " after " + CONNECT_SECONDS + " s; last reason: " + fleet.lastRefusal());
            }
            return measure(fleet) ? 0 : 1;
        }
    }

    private boolean measure(Fleet fleet) throws InterruptedException, JsonProcessingException {
        fleet.start();
        TimeUnit.SECONDS.sleep(warmup);
        Tally before = fleet.tally();
        say(Map.of("phase", "measuring"));
        long begin = System.nanoTime();
        long beginCpu = cpuNanos();
        TimeUnit.SECONDS.sleep(seconds);
        Tally measured = fleet.tally();
        double took = (System.nanoTime() - begin) / 1e9;
        double cpu = (cpuNanos() - beginCpu) / 1e9;
        say(Map.of("phase", "measured"));
        boolean complete = fleet.finish(drain);
        Tally all = fleet.tally();
        measured.subtract(before);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("phase", "result");
        result.put("agents", agents);
        result.put("series", series);
        result.put("intervalMillis", interval);
        result.put("tls", tls);
        result.put("seconds", took);
        result.put("generatorCpuSeconds", cpu);
        result.put("allAcked", complete);
        result.put("lastRefusal", fleet.lastRefusal());
        result.put("measured", measured.toMap());
        result.put("total", all.toMap());
        say(result);
        return complete && all.framesMade() == all.framesAcked();
    }

    private FleetOptions options() throws IOException {
        int colon = collector.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("collector: " + collector + " (expected HOST:PORT)");
        }
        InetSocketAddress address =
                new InetSocketAddress(collector.substring(0, colon), Integer.parseInt(collector.substring(colon + 1)));
        return new FleetOptions(
                agents,
                series,
                hotKeys,
                interval,
                address,
                tls ? tlsContext() : null,
                token,
                threads,
                run == null ? System.currentTimeMillis() : run);
    }

    private SslContext tlsContext() throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (ca != null) {
            builder.trustManager(ca.toFile());
        }
        if (cert != null && key != null) {
            builder.keyManager(cert.toFile(), key.toFile());
        }
        return builder.build();
    }

    private static void say(Map<String, Object> line) throws JsonProcessingException {
        System.out.println(JSON.writeValueAsString(line));
    }

    private static long cpuNanos() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }

    /** What this process may open; a Linux system tells it here, elsewhere it is not checked. */
    private static long openFilesMax() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.isReadable(limits)) {
            return Long.MAX_VALUE;
        }
        for (String line : Files.readAllLines(limits)) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).trim().split(" +", 2)[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        return Long.MAX_VALUE;
    }
}
