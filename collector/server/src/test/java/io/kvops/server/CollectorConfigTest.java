package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kvops.ingest.IngestConfig;
import io.kvops.server.capacity.StoreCapacity;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.Setting;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.stores.ProbeTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectorConfigTest {
    @TempDir
    private Path folder;

    private static final Path SHIPPED = root().resolve("config/collector.yaml");

    @Test
    void shippedFile_saysTheDefaults() throws Exception {
        CollectorConfig read = CollectorConfig.load(SHIPPED, CollectorConfig.Overrides.NONE);

        assertThat(read).isEqualTo(CollectorConfig.of(CollectorConfig.defaultDataDir()));
    }

    @Test
    void shippedFile_namesEveryKey_andItsCommentsSayDefaultAndRange() throws Exception {
        Map<String, Setting> known =
                CollectorConfig.read("", "", CollectorConfig.Overrides.NONE).settings();
        Map<String, Setting> shipped = CollectorConfig.read(
                        "", Files.readString(SHIPPED), CollectorConfig.Overrides.NONE)
                .settings();
        assertThat(shipped.keySet()).isEqualTo(known.keySet());
        assertThat(shipped.values()).allMatch(Setting::said);
        Map<String, String> comments = comments();
        for (Setting setting : known.values()) {
            String value = setting.value().isEmpty() ? "\"\"" : setting.value();
            assertThat(comments.get(setting.path()))
                    .as(setting.path())
                    .contains("(default " + value + "; " + setting.expected() + ")");
        }
    }

    @Test
    void shippedExamples_areRead() throws Exception {
        String text = Files.readString(SHIPPED)
                .replaceAll("(?m): (\\{}|\\[])$", ":")
                .replace("#>", "  ")
                .replace("file:/etc/kvops/", "a-secret-of-enough-characters-");

        CollectorConfig read =
                CollectorConfig.read("", text, CollectorConfig.Overrides.NONE).value();

        assertThat(read.ingest().tokens().get("shop").maxBytesPerSecond()).isEqualTo(20 << 20);
        assertThat(read.agents().services())
                .containsEntry("checkout", Map.of("slow", "5ms", "slow.stack", "true"))
                .containsEntry("batch.eu", Map.of("enabled", "false"));
        assertThat(read.stores().targets()).extracting(ProbeTarget::name).containsExactly("sessions", "");
        assertThat(read.http().tokens()).extracting(AccessToken::role).containsExactly(Role.VIEWER, Role.ADMIN);
        assertThat(read.capacity().stores())
                .extracting(StoreCapacity::today, store -> store.limits().size())
                .containsExactly(tuple("2xr7g.large", 4), tuple("", 2));
    }

    /** The comment above each key of the shipped file, on one line. */
    private static Map<String, String> comments() throws Exception {
        Map<String, String> comments = new HashMap<>();
        List<String> path = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : Files.readAllLines(SHIPPED)) {
            String stripped = line.strip();
            if (stripped.startsWith("#")) {
                comment.append(stripped.substring(1).strip()).append(' ');
            } else if (stripped.isEmpty()) {
                comment.setLength(0);
            } else {
                int depth = line.indexOf(stripped) / 2;
                path.subList(Math.min(depth, path.size()), path.size()).clear();
                path.add(stripped.substring(0, stripped.indexOf(':')));
                comments.put(String.join(".", path), comment.toString());
                comment.setLength(0);
            }
        }
        return comments;
    }

    @Test
    void emptyFile_isTheDefaults() throws Exception {
        assertThat(load("")).isEqualTo(CollectorConfig.of(CollectorConfig.defaultDataDir()));
        assertThat(load("# nothing\nhttp:\n")).isEqualTo(CollectorConfig.of(CollectorConfig.defaultDataDir()));
    }

    @Test
    void everySection_isMapped() throws Exception {
        CollectorConfig read = load("""
                data: /somewhere
                ingest: {port: 1, token: secret, maxFrameBytes: 1MiB, maxConnections: 2, queueBytes: 2MiB, idleTimeout: 3m,
                  messageTimeout: 4s}
                journal: {sync: interval, syncInterval: 5ms, retentionAge: 6h, retentionBytes: 7MiB, segmentBytes: 1MiB,
                  segmentAge: 8m, minFreeBytes: 9MiB}
                analyzer: {maxSlowQueries: 10, maxSeries: 1100, maxHotKeys: 12, hotKeysPerCell: 13, maxAgents: 14,
                  maxBytes: 15MiB, service: me, slowThreshold: 16ms, enableStackTrace: true,
                  findings: {minOps: 17, missRate: 0.18, tailP99: 19ms}}
                http: {port: 20, maxConnections: 21, maxStreams: 22}
                """);

        assertThat(read.ingest())
                .isEqualTo(IngestConfig.builder(Path.of("/somewhere"))
                        .port(1)
                        .token("secret")
                        .maxFrameBytes(1 << 20)
                        .maxConnections(2)
                        .queueBytes(2 << 20)
                        .idleTimeout(Duration.ofMinutes(3))
                        .messageTimeout(Duration.ofSeconds(4))
                        .sync(IngestConfig.Sync.INTERVAL)
                        .syncInterval(Duration.ofMillis(5))
                        .retentionAge(Duration.ofHours(6))
                        .retentionBytes(7 << 20)
                        .segmentBytes(1 << 20)
                        .segmentAge(Duration.ofMinutes(8))
                        .minFreeBytes(9 << 20)
                        .build());
        assertThat(read.analyzer().maxSlowQueries()).isEqualTo(10);
        assertThat(read.analyzer().maxSeries()).isEqualTo(1100);
        assertThat(read.analyzer().maxHotKeys()).isEqualTo(12);
        assertThat(read.analyzer().hotKeysPerCell()).isEqualTo(13);
        assertThat(read.analyzer().maxAgents()).isEqualTo(14);
        assertThat(read.analyzer().maxBytes()).isEqualTo(15 << 20);
        assertThat(read.analyzer().service()).isEqualTo("me");
        assertThat(read.analyzer().slowThreshold()).isEqualTo(Duration.ofMillis(16));
        assertThat(read.analyzer().enableStackTrace()).isTrue();
        assertThat(read.analyzer().findings().minOps()).isEqualTo(17);
        assertThat(read.analyzer().findings().missRate()).isEqualTo(0.18);
        assertThat(read.analyzer().findings().tailP99()).isEqualTo(Duration.ofMillis(19));
        assertThat(read.http())
                .isEqualTo(HttpConfig.builder()
                        .port(20)
                        .maxConnections(21)
                        .maxStreams(22)
                        .build());
    }

    @Test
    void options_winOverTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "data: /other\ningest: {port: 1}\nhttp: {port: 2}\n");

        CollectorConfig read = CollectorConfig.load(file, new CollectorConfig.Overrides(folder, 3, 4));

        assertThat(read.dataDir()).isEqualTo(folder);
        assertThat(read.ingest().port()).isEqualTo(3);
        assertThat(read.http().port()).isEqualTo(4);
    }

    @Test
    void allProblems_areReportedAtOnce() {
        assertThatThrownBy(() -> load("""
                        dat: x
                        ingest: {prot: 7171, port: 70000}
                        journal: {sync: sometimes, retentionAge: 24}
                        http: 7180
                        analyzer: {findings: {missRate: high}}
                        """))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .hasSize(7)
                                .allSatisfy(problem -> assertThat(problem)
                                        .startsWith(folder.resolve("c.yaml").toString())
                                        .doesNotContain("\n"))
                                .anySatisfy(p -> assertThat(p).contains("unknown key dat (did you mean data?)"))
                                .anySatisfy(p ->
                                        assertThat(p).contains("unknown key ingest.prot (did you mean ingest.port?)"))
                                .anySatisfy(p -> assertThat(p)
                                        .contains("ingest.port: 70000 (expected a whole number, 0 to 65535)"))
                                .anySatisfy(p -> assertThat(p)
                                        .contains("journal.sync: sometimes (expected one of always, interval)"))
                                .anySatisfy(
                                        p -> assertThat(p).contains("journal.retentionAge: 24 (expected a duration"))
                                .anySatisfy(p -> assertThat(p).contains("http: 7180 (expected a mapping"))
                                .anySatisfy(p ->
                                        assertThat(p).contains("analyzer.findings.missRate: high (expected a number")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http: {host: 0.0.0.0}|wider bind is refused",
                "http: {host: example.invalid}|loopback",
                "http: {tokens: 1}|http.tokens: 1 (expected a list)",
                "'http: {tokens: [{name: a}]}'|http.tokens[0].token: the one of a",
                "http: {tls: {key: a}}|http.tls.certificate: (none)",
                "ingest: {tls: {clientCa: a}}|expected certificate and key as well",
                "ingest: {token: env:KVOPS_NOT_SET}|it is not set",
                "ingest: {token: file:/nowhere/at/all}|ingest.token: file:/nowhere/at/all (expected a file that can be read",
                "ingest: {tokens: {shop: {maxAgents: 1}}}|ingest.tokens.shop.token: empty",
                "stores: {targets: [{address: 'redis://:pass@localhost'}]}|(hidden) (expected no password in it",
                "stores: {targets: [{address: 'redis://h:99999'}]}|stores.targets[0].address",
                "stores: {targets: [{address: 'rediss-cluster://h'}]}|stores.targets[0].address: rediss-cluster://h: can't be"
                        + " measured (expected one of etcd, host",
                "stores: {targets: [{address: 'redis://a:1'}, {address: 'redis://a:1'}]}|twice",
                "history: {keepMinutes: 60d, keepHours: 30d}|history.keep",
                "agents: {all: {slowMax: 10001}}|agents.all.slowMax: 10001 (expected 0 to 10000)",
                "agents: {all: {keys: hashed}}|agents.all.keys: hashed (expected one of plain, hash, pattern)",
                "agents: {services: {a.b: {slow: 1}}}|agents.services.\"a.b\".slow: 1 (expected 0s to 1h)",
                "agents: {all: {interval: 1ms}}|100ms to 10m",
                "capacity: {prices: /nowhere/at/all}|capacity.prices: /nowhere/at/all: no such file",
                "capacity: {horizon: 1m}|capacity.horizon: 1m (expected a duration with its unit, 1h to 3650d)",
                "capacity: {replicas: 11}|capacity.replicas: 11 (expected a whole number, 0 to 10)",
                "capacity: {holidays: [2026-13-01]}|capacity.holidays: 2026-13-01 (expected days such as 2026-12-25)",
                "capacity: {zone: Mars}|capacity.zone: Mars (expected UTC, or a zone such as Europe/Berlin)",
                "capacity: {stores: [{memory: 1GiB}]}|capacity.stores[0].store: '' (expected a store as kvops capacity",
                "capacity: {stores: [{store: a, memory: much}]}|capacity.stores[0].memory: much (expected a size such as 4MiB",
                "capacity: {stores: [{store: a, p99: 5}]}|capacity.stores[0].p99: 5 (expected a duration with its unit, 1us to 1d)",
                "capacity: {stores: [{store: a, today: huge}]}|capacity.stores[0].today: 'huge' (expected such as 3xNAME",
                "capacity: {stores: [{store: a, metrics: {b: 0}}]}|capacity.stores[0].metrics: b: 0 (expected a number above 0)",
                "capacity: {stores: [{store: a}, {store: a}]}|capacity.stores: a twice (expected each store once)",
                "ingest: {port: 7180}|both 7180",
                "ingest: {port: 1, port: 2}|uplicate",
                "'ingest: [1, 2'|not YAML",
                "a: &a [*a]|&a is an anchor",
                "- 1|expected a mapping",
                "journal: {retentionBytes: 1}|expected a size",
                "analyzer: {enableStackTrace: maybe}|true or false",
            })
    void wrongFile_isOneClearLine(String text, String expected) {
        assertThatThrownBy(() -> load(text))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .isNotEmpty()
                                .allSatisfy(problem -> assertThat(problem).doesNotContain("\n"))
                                .anySatisfy(problem -> assertThat(problem).contains(expected)));
    }

    @Test
    void wrongPrices_areRefused_withTheirLine() throws Exception {
        Path prices = Files.writeString(folder.resolve("p.yaml"), "currency: EUR\nmoney: 1\n");
        assertThatThrownBy(() -> load("capacity: {prices: " + prices + "}"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .anySatisfy(problem -> assertThat(problem)
                                        .startsWith(prices + ", line 2")
                                        .contains("money")));
    }

    @Test
    void missingFile_isOneClearLine() {
        assertThatThrownBy(() -> CollectorConfig.load(folder.resolve("none.yaml"), CollectorConfig.Overrides.NONE))
                .hasMessage(folder.resolve("none.yaml") + ": no such file");
    }

    private CollectorConfig load(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), text);
        return CollectorConfig.load(file, CollectorConfig.Overrides.NONE);
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("kvops"))) {
            at = at.getParent();
        }
        return at;
    }
}
