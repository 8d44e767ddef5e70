package io.kvops.server;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.FindingThresholds;
import io.kvops.ingest.IngestConfig;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.ConfigFile;
import io.kvops.server.config.Section;
import io.kvops.server.http.HttpConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a collector is told. Each section belongs to the module that uses it.
 *
 * @param ingest the door for agents, and the journal; its folder is the collector's data folder
 * @param analyzer what is kept for reports
 * @param http the door for people and programs
 */
public record CollectorConfig(IngestConfig ingest, AnalyzerConfig analyzer, HttpConfig http) {

    public CollectorConfig {
        if (ingest.port() == http.port() && ingest.port() != 0) {
            throw new IllegalArgumentException(
                    "ingest.port and http.port: both " + ingest.port() + " (expected two different ports)");
        }
    }

    /**
     * What the command line says instead of the file.
     *
     * @param data the data folder
     * @param ingestPort the port for agents, 0 for any free one
     * @param httpPort the port for HTTP, 0 for any free one
     */
    public record Overrides(
            @Nullable Path data,
            @Nullable Integer ingestPort,
            @Nullable Integer httpPort) {
        public static final Overrides NONE = new Overrides(null, null, null);
    }

    /** The defaults, with everything under one folder. */
    public static CollectorConfig of(Path dataDir) {
        return new CollectorConfig(IngestConfig.of(dataDir), AnalyzerConfig.DEFAULTS, HttpConfig.DEFAULTS);
    }

    /** The defaults with something else said on the command line. */
    public static CollectorConfig of(Overrides overrides) {
        return read(Section.empty(), overrides);
    }

    /**
     * Reads a file in which every key is optional.
     *
     * @param overrides values that win over the file's
     * @throws ConfigException with every problem of the file, one line each
     */
    public static CollectorConfig load(Path file, Overrides overrides) throws ConfigException {
        return ConfigFile.read(file, root -> read(root, overrides));
    }

    /** Folder that holds all of the collector's state. */
    public Path dataDir() {
        return ingest.dataDir();
    }

    /** Where the state is if nobody says: under the user's state folder (XDG Base Directory Specification). */
    public static Path defaultDataDir() {
        Map<String, String> environment = System.getenv();
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = Path.of(state).isAbsolute()
                ? Path.of(state)
                : Path.of(System.getProperty("user.home"), ".local", "state");
        return base.resolve("kvops");
    }

    private static CollectorConfig read(Section root, Overrides overrides) {
        String folder = root.text("data", "");
        Path data = overrides.data() != null
                ? overrides.data()
                : folder.isEmpty() ? defaultDataDir() : Path.of(folder).toAbsolutePath();
        return new CollectorConfig(
                ingest(root.section("ingest"), root.section("journal"), data, overrides),
                analyzer(root.section("analyzer")),
                http(root.section("http"), overrides));
    }

    private static IngestConfig ingest(Section ingest, Section journal, Path data, Overrides overrides) {
        IngestConfig d = IngestConfig.of(data);
        Duration century = Duration.ofDays(36_500);
        int port = ingest.integer("port", d.port(), 0, 65_535);
        return IngestConfig.builder(data)
                .host(ingest.text("host", d.host()))
                .port(overrides.ingestPort() != null ? overrides.ingestPort() : port)
                .token(ingest.text("token", d.token()))
                .maxFrameBytes((int) ingest.bytes("maxFrameBytes", d.maxFrameBytes(), 1 << 10, 64 << 20))
                .maxConnections(ingest.integer("maxConnections", d.maxConnections(), 1, 100_000))
                .queueBytes(ingest.bytes("queueBytes", d.queueBytes(), 1 << 10, Long.MAX_VALUE))
                .idleTimeout(ingest.duration("idleTimeout", d.idleTimeout(), Duration.ofMillis(10), Duration.ofDays(1)))
                .messageTimeout(ingest.duration(
                        "messageTimeout", d.messageTimeout(), Duration.ofMillis(10), Duration.ofHours(1)))
                .sync(journal.choice("sync", IngestConfig.Sync.class, d.sync()))
                .syncInterval(
                        journal.duration("syncInterval", d.syncInterval(), Duration.ofMillis(1), Duration.ofMinutes(1)))
                .retentionAge(journal.duration("retentionAge", d.retentionAge(), Duration.ofSeconds(1), century))
                .retentionBytes(journal.bytes("retentionBytes", d.retentionBytes(), 1 << 20, Long.MAX_VALUE))
                .segmentBytes(journal.bytes("segmentBytes", d.segmentBytes(), 64 << 10, 1 << 30))
                .segmentAge(journal.duration("segmentAge", d.segmentAge(), Duration.ofSeconds(1), century))
                .minFreeBytes(journal.bytes("minFreeBytes", d.minFreeBytes(), 0, Long.MAX_VALUE))
                .build();
    }

    private static AnalyzerConfig analyzer(Section analyzer) {
        AnalyzerConfig d = AnalyzerConfig.DEFAULTS;
        return AnalyzerConfig.builder()
                .service(analyzer.text("service", d.service()))
                .slowThreshold(
                        analyzer.duration("slowThreshold", d.slowThreshold(), Duration.ZERO, Duration.ofHours(1)))
                .maxSlowQueries(analyzer.integer("maxSlowQueries", d.maxSlowQueries(), 1, 100_000))
                .enableStackTrace(analyzer.flag("enableStackTrace", d.enableStackTrace()))
                .maxSeries(analyzer.integer("maxSeries", d.maxSeries(), 100, 10_000_000))
                .maxHotKeys(analyzer.integer("maxHotKeys", d.maxHotKeys(), 1, 10_000))
                .hotKeysPerCell(analyzer.integer("hotKeysPerCell", d.hotKeysPerCell(), 10, 100_000))
                .maxAgents(analyzer.integer("maxAgents", d.maxAgents(), 1, 1_000_000))
                .maxBytes(analyzer.bytes("maxBytes", d.maxBytes(), 1 << 20, Long.MAX_VALUE))
                .findings(findings(analyzer.section("findings")))
                .build();
    }

    private static FindingThresholds findings(Section findings) {
        FindingThresholds d = FindingThresholds.DEFAULTS;
        Duration least = Duration.ofNanos(1_000);
        Duration most = Duration.ofDays(1);
        double tiny = 1e-9;
        double huge = 1e9;
        return new FindingThresholds(
                findings.integer("minOps", (int) d.minOps(), 1, Integer.MAX_VALUE),
                findings.decimal("hotKeyShare", d.hotKeyShare(), tiny, 1),
                findings.decimal("missRate", d.missRate(), tiny, 1),
                findings.decimal("errorRate", d.errorRate(), tiny, 1),
                findings.decimal("tailRatio", d.tailRatio(), 1 + tiny, huge),
                findings.duration("tailP99", d.tailP99(), least, most),
                findings.duration("slowScan", d.slowScan(), least, most),
                findings.decimal("chattyOpsPerSecond", d.chattyOpsPerSecond(), tiny, huge),
                findings.decimal("chattyTimeShare", d.chattyTimeShare(), tiny, 1),
                findings.bytes("bigValueBytes", d.bigValueBytes(), 1, Long.MAX_VALUE),
                findings.integer("maxPatterns", d.maxPatterns(), 1, Integer.MAX_VALUE));
    }

    private static HttpConfig http(Section http, Overrides overrides) {
        HttpConfig d = HttpConfig.DEFAULTS;
        int port = http.integer("port", d.port(), 0, 65_535);
        return HttpConfig.builder()
                .host(http.text("host", d.host()))
                .port(overrides.httpPort() != null ? overrides.httpPort() : port)
                .maxConnections(http.integer("maxConnections", d.maxConnections(), 1, 10_000))
                .maxStreams(http.integer("maxStreams", d.maxStreams(), 1, 1_000))
                .build();
    }
}
