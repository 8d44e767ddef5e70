package io.kvops.server.demo;

import io.kvops.ingest.IngestConfig;
import io.kvops.server.CollectorConfig;
import io.kvops.server.OpsException;
import io.kvops.server.OpsManager;
import io.kvops.server.config.Reason;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.StoreAddress;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the whole of kvops on one machine: Redis, RocksDB, collector, and a shop under the agent. {@link #close} stops and
 * removes all that was started, from any thread, also in the middle of {@link #run}.
 */
public final class Demo implements AutoCloseable {
    private static final int LOOK_MILLIS = 250;
    private static final Duration SHOP_GRACE = Duration.ofSeconds(60);
    private static final Duration DELIVERY = Duration.ofSeconds(20);
    /** Short enough that a demo of some seconds has charts of its stores. */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);

    private static final Duration BEFORE_HELP = Duration.ofSeconds(2);

    private final DemoOptions options;
    private final DemoProgress progress;
    private final Clock clock;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;

    public Demo(DemoOptions options, DemoProgress progress, Clock clock) {
        this.options = options;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Runs to the end and writes report.html, report.md, report.json and truth.json into the out folder.
     *
     * @return the application's count beside the collector's
     */
    public Comparison run() throws DemoException, OpsException, InterruptedException {
        try {
            Path out = outFolder();
            Path work = Files.createTempDirectory("kvops-demo-");
            own(() -> removeAll(work));
            Redis redis = own(Redis.start(work.resolve("redis")));
            progress.said("Redis: " + redis.program() + " on 127.0.0.1:" + redis.port());
            OpsManager ops = own(OpsManager.open(collector(work.resolve("data"), redis.port())));
            Instant begin = clock.instant();
            ops.start();
            progress.livePage(ops.running().url() + "/");
            Path spool = Files.createDirectories(work.resolve("spool"));
            Files.deleteIfExists(out.resolve("truth.json"));
            sell(work, out, spool, redis.port(), ops);
            awaitDelivery(work, spool, ops);
            ReportFiles.write(ops.generateReport(begin, clock.instant().plusMillis(1)), out);
            return Comparison.of(out.resolve("truth.json"), out.resolve("report.json"));
        } catch (IOException e) {
            throw new DemoException("the demo stopped: " + e, e);
        }
    }

    /** Opens the shop and waits until it has closed. */
    private void sell(Path work, Path out, Path spool, int redisPort, OpsManager ops)
            throws DemoException, InterruptedException {
        Child shop = own(
                Child.start("the shop", out.resolve("shop.log"), work, shopCommand(work, out, spool, redisPort, ops)));
        Instant begin = clock.instant();
        Instant latest = begin.plusSeconds(options.seconds()).plus(SHOP_GRACE);
        while (!shop.waitFor(LOOK_MILLIS)) {
            Instant now = clock.instant();
            if (now.isAfter(latest)) {
                throw new DemoException(
                        "the shop did not close within " + SHOP_GRACE.toSeconds() + " s of its time; see "
                                + out.resolve("shop.log"),
                        null);
            }
            progress.running(
                    Duration.between(begin, now).toMillis() / 1000.0,
                    options.seconds(),
                    ops.dashboard().live().totalOps());
        }
        progress.over();
        if (shop.exitValue() != 0) {
            throw new DemoException(shop.end(), null);
        }
    }

    private List<String> shopCommand(Path work, Path out, Path spool, int redisPort, OpsManager ops)
            throws DemoException {
        Path folder = options.home().resolve("collector/demo/target/shop");
        String agent = agent(spool, ops) + ",log=" + argument(out.resolve("agent.log"));
        return List.of(
                java(),
                "-javaagent:" + agent,
                "-Xmx512m",
                "-cp",
                folder.resolve("*") + File.pathSeparator + folder.resolve("lib").resolve("*"),
                "io.kvops.demo.Shop",
                "--redis",
                "127.0.0.1:" + redisPort,
                "--rocksdb",
                work.resolve("rocksdb").toString(),
                "--seconds",
                Integer.toString(options.seconds()),
                "--truth",
                out.resolve("truth.json").toString());
    }

    private String agent(Path spool, OpsManager ops) throws DemoException {
        Path jar = options.home().resolve("agent/core/target/kvops-agent.jar");
        if (!Files.exists(jar)) {
            throw new DemoException(jar + " is missing; build it with ./kvops agent-jar", null);
        }
        return jar + "=collector=127.0.0.1:" + ops.running().ingestPort() + ",service=shop,spool=" + argument(spool);
    }

    /** As the agent's arguments take a path: they are separated by commas. */
    static String argument(Path path) {
        return path.toString().replace(",", "\\,");
    }

    private Path outFolder() throws DemoException {
        try {
            Path out = Files.createDirectories(options.out()).toAbsolutePath();
            if (!Files.isWritable(out)) {
                throw new AccessDeniedException(out.toString());
            }
            return out;
        } catch (IOException e) {
            throw new DemoException(
                    "the reports can't be written to " + options.out() + " (" + Reason.of(e)
                            + "); choose a folder that can be written with --out DIR",
                    e);
        }
    }

    /**
     * Waits until the analyzer has all that the agent counted. The agent hands over what it has before its process ends;
     * should that fail, its spool stays, and another process under the agent delivers it.
     */
    private void awaitDelivery(Path work, Path spool, OpsManager ops)
            throws DemoException, IOException, InterruptedException {
        Instant begin = clock.instant();
        Child helper = null;
        while (!isEmpty(spool) || ops.ingestStats().pendingFrames() > 0) {
            Duration waited = Duration.between(begin, clock.instant());
            if (waited.compareTo(DELIVERY) > 0) {
                throw new DemoException(
                        "the agent's spool was not delivered within " + DELIVERY.toSeconds() + " s; see agent.log in "
                                + options.out(),
                        null);
            }
            if (helper == null && waited.compareTo(BEFORE_HELP) > 0 && !isEmpty(spool)) {
                helper = own(Child.start(
                        "the delivery",
                        work.resolve("delivery.log"),
                        work,
                        List.of(java(), "-javaagent:" + agent(spool, ops), "-version")));
            }
            pause();
        }
    }

    private static boolean isEmpty(Path spool) throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.noneMatch(file -> file.toString().endsWith(".spool"));
        }
    }

    @SuppressWarnings("BusyWait")
    private static void pause() throws InterruptedException {
        Thread.sleep(LOOK_MILLIS / 10);
    }

    private CollectorConfig collector(Path data, int redisPort) {
        CollectorConfig defaults = CollectorConfig.of(data);
        int http = port("the live page", options.httpPort(), defaults.http().port());
        int ingest = port("the agent", options.ingestPort(), defaults.ingest().port());
        List<ProbeTarget> stores = Stream.of("redis://127.0.0.1:" + redisPort, "host:" + data.getRoot())
                .map(address ->
                        new ProbeTarget(StoreAddress.parse(address), "", PROBE_INTERVAL, ProbeTarget.TIMEOUT, Map.of()))
                .toList();
        return defaults.withIngest(IngestConfig.builder(data).port(ingest).build())
                .withStores(ProberConfig.of(stores))
                .withHttp(defaults.http().withPort(http));
    }

    /** The port that was asked for, else the usual one, else any free one: a newcomer wants to see it run. */
    private int port(String what, OptionalInt asked, int usual) {
        if (asked.isPresent()) {
            return asked.getAsInt();
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), usual));
            return usual;
        } catch (IOException e) {
            progress.said("port " + usual + " is in use: " + what + " gets another one");
            return 0;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private <T extends AutoCloseable> T own(T resource) throws DemoException {
        synchronized (started) {
            started.push(resource);
            if (!closed) {
                return resource;
            }
        }
        // closed in the meantime, by Ctrl-C: this one came too late to be stopped there
        Exception failure = closeAll();
        throw new DemoException("stopped", failure);
    }

    /** Stops everything, last started first. More calls do nothing. */
    @Override
    public void close() throws DemoException {
        Exception failure = closeAll();
        if (failure != null) {
            throw new DemoException("the demo did not stop cleanly: " + failure.getMessage(), failure);
        }
    }

    private @Nullable Exception closeAll() {
        Exception first = null;
        while (true) {
            AutoCloseable next;
            synchronized (started) {
                closed = true;
                next = started.poll();
            }
            if (next == null) {
                return first;
            }
            try {
                next.close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
    }

    private static void removeAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
