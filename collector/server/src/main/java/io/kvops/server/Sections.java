package io.kvops.server;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.FindingThresholds;
import io.kvops.analyzer.SlowRule;
import io.kvops.history.HistoryConfig;
import io.kvops.ingest.IngestConfig;
import io.kvops.ingest.TlsConfig;
import io.kvops.ingest.TokenQuota;
import io.kvops.server.capacity.CapacityConfig;
import io.kvops.server.config.Section;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpTls;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.tasks.DeskConfig;
import io.kvops.stores.ProberConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the records of the collector out of the sections of its configuration. What is not written stays as it is in a base. */
final class Sections {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    /** What can't change while the collector runs: where it is, and what is laid out in memory or in files at the start. */
    private static final Set<String> AT_START = Set.of(
            "data",
            "ingest.host",
            "ingest.port",
            "ingest.maxAgents",
            "ingest.maxFrameBytes",
            "http.host",
            "http.port",
            "http.tls.certificate",
            "http.tls.key");

    private Sections() {}

    /** Whether a change of a path takes effect at the next start only. */
    static boolean needsRestart(String path) {
        return AT_START.contains(path);
    }

    /** A door with a login is not opened to everybody while it is in use: by a slip, that would be for all at once. */
    static List<String> doorsOpened(CollectorConfig old, CollectorConfig next) {
        List<String> problems = new ArrayList<>();
        String restart = "; to open it, change the file and restart; nothing was applied";
        if (!old.http().tokens().isEmpty() && next.http().tokens().isEmpty()) {
            problems.add("http.tokens: (none) (expected at least one: without, whoever reaches the port is admin"
                    + restart + ")");
        }
        if (hasLogin(old.ingest()) && !hasLogin(next.ingest())) {
            problems.add(
                    "ingest.token: (none) (expected one here or under ingest.tokens: without, whoever reaches the port"
                            + " is taken for an agent" + restart + ")");
        }
        return problems;
    }

    private static boolean hasLogin(IngestConfig ingest) {
        return !ingest.token().isEmpty() || !ingest.tokens().isEmpty();
    }

    static CollectorConfig read(Section root, CollectorConfig base) {
        String folder = root.text("data", "");
        Path data = folder.isEmpty() ? base.dataDir() : Path.of(folder).toAbsolutePath();
        IngestConfig ingest = ingest(root.section("ingest"), root.section("journal"), data, base.ingest());
        HistoryConfig history = history(root.section("history"), data.resolve(CollectorConfig.HISTORY), base.history());
        AnalyzerConfig analyzer = analyzer(root.section("analyzer"), base.analyzer());
        ProberConfig stores = StoresSection.read(root.section("stores"), base.stores());
        AgentsConfig agents = AgentsConfig.read(root.section("agents"), base.agents());
        AlertsConfig alerts = AlertsConfig.read(root.section("alerts"), base.alerts());
        CapacityConfig capacity = CapacityConfig.read(root.section("capacity"), base.capacity());
        DeskConfig tasks = DeskConfig.read(root.section("tasks"), base.tasks());
        HttpConfig http = http(root.section("http"), base.http());
        boolean monitoring = root.flag("enablePerformanceMonitoring", base.enablePerformanceMonitoring());
        return new CollectorConfig(
                ingest, history, analyzer, stores, agents, monitoring, alerts, capacity, tasks, http);
    }

    private static IngestConfig ingest(Section ingest, Section journal, Path data, IngestConfig d) {
        IngestConfig.Builder b = IngestConfig.builder(data)
                .host(ingest.text("host", d.host()))
                .port(ingest.integer("port", d.port(), 0, 65_535))
                .tls(ingestTls(ingest.section("tls"), d.tls()))
                .token(ingest.secret("token", d.token()))
                .tokens(tokens(ingest, d.tokens()))
                .maxFrameBytes((int) ingest.bytes("maxFrameBytes", d.maxFrameBytes(), 1 << 10, 64 << 20))
                .maxConnections(ingest.integer("maxConnections", d.maxConnections(), 1, 100_000))
                .maxConnectionsPerAddress(
                        ingest.integer("maxConnectionsPerAddress", d.maxConnectionsPerAddress(), 0, 100_000))
                .maxAgents(ingest.integer("maxAgents", d.maxAgents(), 1_000, 10_000_000))
                .maxSeriesPerAgent(ingest.integer("maxSeriesPerAgent", d.maxSeriesPerAgent(), 10, 1_000_000))
                .queueBytes(ingest.bytes("queueBytes", d.queueBytes(), 1 << 10, Long.MAX_VALUE))
                .idleTimeout(ingest.duration("idleTimeout", d.idleTimeout(), Duration.ofMillis(10), Duration.ofDays(1)))
                .messageTimeout(ingest.duration(
                        "messageTimeout", d.messageTimeout(), Duration.ofMillis(10), Duration.ofHours(1)))
                .sync(journal.choice("sync", IngestConfig.Sync.class, d.sync()))
                .syncInterval(
                        journal.duration("syncInterval", d.syncInterval(), Duration.ofMillis(1), Duration.ofMinutes(1)))
                .retentionAge(journal.duration("retentionAge", d.retentionAge(), Duration.ofSeconds(1), CENTURY))
                .retentionBytes(journal.bytes("retentionBytes", d.retentionBytes(), 1 << 20, Long.MAX_VALUE))
                .segmentBytes(journal.bytes("segmentBytes", d.segmentBytes(), 64 << 10, 1 << 30))
                .segmentAge(journal.duration("segmentAge", d.segmentAge(), Duration.ofSeconds(1), CENTURY))
                .maxPendingBytes(journal.bytes("maxPendingBytes", d.maxPendingBytes(), 1 << 20, Long.MAX_VALUE))
                .minFreeBytes(journal.bytes("minFreeBytes", d.minFreeBytes(), 0, Long.MAX_VALUE));
        return ingest.checked(b::build, d, journal);
    }

    private static @Nullable TlsConfig ingestTls(Section tls, @Nullable TlsConfig d) {
        String certificate = file(tls, "certificate", d == null ? null : d.certificate());
        String key = file(tls, "key", d == null ? null : d.key());
        String clientCa = file(tls, "clientCa", d == null ? null : d.clientCa());
        both(tls, certificate, key);
        if (certificate.isEmpty() || key.isEmpty()) {
            if (!clientCa.isEmpty()) {
                tls.problem("clientCa", clientCa + " (expected certificate and key as well)");
            }
            return null;
        }
        return new TlsConfig(Path.of(certificate), Path.of(key), clientCa.isEmpty() ? null : Path.of(clientCa));
    }

    private static Map<String, TokenQuota> tokens(Section ingest, Map<String, TokenQuota> d) {
        Map<String, TokenQuota> tokens = new LinkedHashMap<>(d);
        Map<String, Optional<TokenQuota>> written = ingest.each("tokens", token -> {
            String secret = token.secret("token", "");
            int frames = token.integer("maxFramesPerSecond", 0, 0, Integer.MAX_VALUE);
            long bytes = token.bytes("maxBytesPerSecond", 0, 0, Long.MAX_VALUE);
            int agents = token.integer("maxAgents", 0, 0, Integer.MAX_VALUE);
            return token.checked(() -> Optional.of(new TokenQuota(secret, frames, bytes, agents)), Optional.empty());
        });
        written.forEach((service, quota) -> quota.ifPresent(q -> tokens.put(service, q)));
        return tokens;
    }

    private static HistoryConfig history(Section history, Path folder, HistoryConfig d) {
        Duration day = Duration.ofDays(1);
        Duration longest = Duration.ofDays(36_600);
        Duration seconds = history.duration("keepSeconds", d.keepSeconds(), Duration.ofMinutes(1), day);
        Duration tens =
                history.duration("keepTenSeconds", d.keepTenSeconds(), Duration.ofHours(1), Duration.ofDays(30));
        Duration minutes = history.duration("keepMinutes", d.keepMinutes(), day, Duration.ofDays(3_660));
        Duration hours = history.duration("keepHours", d.keepHours(), day, longest);
        Duration events = history.duration("keepEvents", d.keepEvents(), day, longest);
        long memory = history.bytes("memoryLimitBytes", d.memoryLimitBytes(), 64 << 20, Long.MAX_VALUE);
        int threads = history.integer("threads", d.threads(), 1, 64);
        int series = history.integer("maxSeries", d.maxSeries(), 100, Integer.MAX_VALUE);
        int fine = history.integer("maxFineSeries", d.maxFineSeries(), 1, Integer.MAX_VALUE);
        int slow = history.integer("maxSlowOpsPerHour", d.maxSlowOpsPerHour(), 1, Integer.MAX_VALUE);
        int hot = history.integer("hotKeysPerBucket", d.hotKeysPerBucket(), 10, Integer.MAX_VALUE);
        boolean archive = history.flag("archive", d.archive());
        return history.checked(
                () -> new HistoryConfig(
                        folder, seconds, tens, minutes, hours, events, memory, threads, series, fine, slow, hot,
                        archive),
                d);
    }

    private static AnalyzerConfig analyzer(Section analyzer, AnalyzerConfig d) {
        AnalyzerConfig.Builder b = AnalyzerConfig.builder()
                .service(analyzer.text("service", d.service(), "1 to 255 characters"))
                .slowThreshold(
                        analyzer.duration("slowThreshold", d.slowThreshold(), Duration.ZERO, Duration.ofHours(1)))
                .slowRules(slowRules(analyzer, d.slowRules()))
                .learnThresholds(analyzer.flag("learnThresholds", d.learnThresholds()))
                .learnedFactor(analyzer.decimal("learnedFactor", d.learnedFactor(), 0, 1_000))
                .learnedMinOps(analyzer.integer("learnedMinOps", d.learnedMinOps(), 100, Integer.MAX_VALUE))
                .maxSlowQueries(analyzer.integer("maxSlowQueries", d.maxSlowQueries(), 1, 100_000))
                .enableStackTrace(analyzer.flag("enableStackTrace", d.enableStackTrace()))
                .maxSeries(analyzer.integer("maxSeries", d.maxSeries(), 100, 10_000_000))
                .maxReportSeries(analyzer.integer("maxReportSeries", d.maxReportSeries(), 10, 1_000_000))
                .maxHotKeys(analyzer.integer("maxHotKeys", d.maxHotKeys(), 1, 10_000))
                .hotKeysPerCell(analyzer.integer("hotKeysPerCell", d.hotKeysPerCell(), 10, 100_000))
                .maxAgents(analyzer.integer("maxAgents", d.maxAgents(), 1, 1_000_000))
                .maxBytes(analyzer.bytes("maxBytes", d.maxBytes(), 1 << 20, Long.MAX_VALUE))
                .maxAge(analyzer.duration("maxAge", d.maxAge(), Duration.ofHours(1), CENTURY))
                .significance(analyzer.decimal("significance", d.significance(), 0, 0.5))
                .findings(findings(analyzer.section("findings"), d.findings()));
        return analyzer.checked(b::build, d);
    }

    private static List<SlowRule> slowRules(Section analyzer, List<SlowRule> byDefault) {
        Duration least = Duration.ofNanos(1_000);
        List<SlowRule> rules = analyzer.list(
                "slowRules",
                rule -> new SlowRule(
                        rule.text("store", "", "a kind of store; empty: any"),
                        rule.text("op", "", "an operation in upper case; empty: any"),
                        rule.text("pattern", "", "a key pattern, * for any characters; empty: any"),
                        rule.duration("threshold", Duration.ofMillis(1), least, Duration.ofHours(1))));
        return rules.isEmpty() ? byDefault : rules;
    }

    private static FindingThresholds findings(Section findings, FindingThresholds d) {
        Duration least = Duration.ofNanos(1_000);
        Duration most = Duration.ofDays(1);
        int minOps = findings.integer("minOps", (int) d.minOps(), 1, Integer.MAX_VALUE);
        double hotKeyShare = findings.share("hotKeyShare", d.hotKeyShare());
        double missRate = findings.share("missRate", d.missRate());
        double errorRate = findings.share("errorRate", d.errorRate());
        double tailRatio = findings.decimal("tailRatio", d.tailRatio(), 1, Double.POSITIVE_INFINITY);
        Duration tailP99 = findings.duration("tailP99", d.tailP99(), least, most);
        Duration slowScan = findings.duration("slowScan", d.slowScan(), least, most);
        double chattyOps = findings.decimal("chattyOpsPerSecond", d.chattyOpsPerSecond(), 0, Double.POSITIVE_INFINITY);
        double chattyTime = findings.share("chattyTimeShare", d.chattyTimeShare());
        long bigValue = findings.bytes("bigValueBytes", d.bigValueBytes(), 1, Long.MAX_VALUE);
        int maxPatterns = findings.integer("maxPatterns", d.maxPatterns(), 1, Integer.MAX_VALUE);
        return findings.checked(
                () -> new FindingThresholds(
                        minOps,
                        hotKeyShare,
                        missRate,
                        errorRate,
                        tailRatio,
                        tailP99,
                        slowScan,
                        chattyOps,
                        chattyTime,
                        bigValue,
                        maxPatterns),
                d);
    }

    private static HttpConfig http(Section http, HttpConfig d) {
        Duration second = Duration.ofSeconds(1);
        HttpConfig.Builder b = HttpConfig.builder()
                .host(http.text("host", d.host()))
                .port(http.integer("port", d.port(), 0, 65_535))
                .maxConnections(http.integer("maxConnections", d.maxConnections(), 1, 10_000))
                .maxConnectionsPerAddress(
                        http.integer("maxConnectionsPerAddress", d.maxConnectionsPerAddress(), 1, 10_000))
                .maxStreams(http.integer("maxStreams", d.maxStreams(), 1, 1_000))
                .idleTimeout(http.duration("idleTimeout", d.idleTimeout(), second, Duration.ofHours(1)))
                .computeTimeout(http.duration("computeTimeout", d.computeTimeout(), second, Duration.ofMinutes(10)))
                .maxBodyBytes((int) http.bytes("maxBodyBytes", d.maxBodyBytes(), 1 << 10, 16 << 20))
                .tls(httpTls(http.section("tls"), d.tls()));
        List<AccessToken> tokens = http.list(
                "tokens",
                token -> new AccessToken(
                        token.text("name", ""),
                        token.secret("token", ""),
                        token.choice("role", Role.class, Role.VIEWER)));
        return http.checked(b.tokens(tokens.isEmpty() ? d.tokens() : tokens)::build, d);
    }

    private static @Nullable HttpTls httpTls(Section tls, @Nullable HttpTls d) {
        String certificate = file(tls, "certificate", d == null ? null : d.certificate());
        String key = file(tls, "key", d == null ? null : d.key());
        both(tls, certificate, key);
        return certificate.isEmpty() || key.isEmpty() ? null : new HttpTls(Path.of(certificate), Path.of(key));
    }

    private static void both(Section tls, String certificate, String key) {
        if (certificate.isEmpty() != key.isEmpty()) {
            tls.problem(
                    certificate.isEmpty() ? "certificate" : "key",
                    "(none) (expected a file: certificate and key go together)");
        }
    }

    /** A file's path as text; empty: none. */
    private static String file(Section section, String key, @Nullable Path d) {
        String path = section.text(key, d == null ? "" : d.toString(), "a file");
        return path.isEmpty() ? "" : Path.of(path).toAbsolutePath().toString();
    }
}
