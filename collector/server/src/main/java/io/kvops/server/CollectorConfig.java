package io.kvops.server;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.history.HistoryConfig;
import io.kvops.ingest.IngestConfig;
import io.kvops.ingest.IngestException;
import io.kvops.ingest.TlsConfig;
import io.kvops.server.capacity.CapacityConfig;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.ConfigSource;
import io.kvops.server.config.Reading;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.tasks.DeskConfig;
import io.kvops.stores.ProberConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a collector is told. Each section belongs to the module that uses it.
 *
 * @param ingest the door for agents, and the journal; its folder is the collector's data folder
 * @param history what is kept, and for how long; its folder is under the data folder
 * @param analyzer what reports say
 * @param stores the stores that are measured
 * @param agents what agents are told
 * @param enablePerformanceMonitoring false: agents are told to record nothing, and no store is measured
 * @param alerts the rules, and who is told
 * @param capacity how far is looked ahead, and at which prices
 * @param tasks which files they may touch, and how many run at once
 * @param http the door for people and programs
 */
public record CollectorConfig(
        IngestConfig ingest,
        HistoryConfig history,
        AnalyzerConfig analyzer,
        ProberConfig stores,
        AgentsConfig agents,
        boolean enablePerformanceMonitoring,
        AlertsConfig alerts,
        CapacityConfig capacity,
        DeskConfig tasks,
        HttpConfig http) {

    static final String HISTORY = "history";

    public CollectorConfig {
        if (ingest.port() == http.port() && ingest.port() != 0) {
            throw new IllegalArgumentException(
                    "http.port and ingest.port: both " + ingest.port() + " (expected two different ports)");
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

        private Map<String, Object> byPath() {
            Map<String, Object> byPath = new LinkedHashMap<>();
            if (data != null) {
                byPath.put("data", data.toString());
            }
            if (ingestPort != null) {
                byPath.put("ingest.port", ingestPort);
            }
            if (httpPort != null) {
                byPath.put("http.port", httpPort);
            }
            return byPath;
        }
    }

    /** The defaults, with everything under one folder. */
    public static CollectorConfig of(Path dataDir) {
        return new CollectorConfig(
                IngestConfig.of(dataDir),
                HistoryConfig.of(dataDir.resolve(HISTORY)),
                AnalyzerConfig.DEFAULTS,
                ProberConfig.of(List.of()),
                AgentsConfig.NONE,
                true,
                AlertsConfig.DEFAULTS,
                CapacityConfig.DEFAULTS,
                DeskConfig.DEFAULTS,
                HttpConfig.DEFAULTS);
    }

    /**
     * The defaults with something else said on the command line.
     *
     * @throws IllegalArgumentException if that does not fit together
     */
    public static CollectorConfig of(Overrides overrides) {
        try {
            return read("the command line", "", overrides).value();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Reads a file in which every key is optional.
     *
     * @param overrides values that win over the file's
     * @throws ConfigException with every problem of the file, one line each
     */
    public static CollectorConfig load(Path file, Overrides overrides) throws ConfigException {
        return read(file.toString(), Reading.textOf(file), overrides).value();
    }

    /** Reads a text in which every key is optional, and says each setting. */
    public static Reading<CollectorConfig> read(String name, String text, Overrides overrides) throws ConfigException {
        return Reading.of(name, text, source(null, overrides), root -> Sections.read(root, of(defaultDataDir())));
    }

    /** Where a collector's configuration comes from. */
    public static ConfigSource source(@Nullable Path file, Overrides overrides) {
        return new ConfigSource(file, overrides.byPath());
    }

    /** With another door for agents, and everything under its folder. */
    public CollectorConfig withIngest(IngestConfig other) {
        HistoryConfig moved = other.dataDir().equals(dataDir())
                ? history
                : HistoryConfig.of(other.dataDir().resolve(HISTORY));
        return new CollectorConfig(
                other, moved, analyzer, stores, agents, enablePerformanceMonitoring, alerts, capacity, tasks, http);
    }

    /** With another analyzer. */
    public CollectorConfig withAnalyzer(AnalyzerConfig other) {
        return new CollectorConfig(
                ingest, history, other, stores, agents, enablePerformanceMonitoring, alerts, capacity, tasks, http);
    }

    /** With other stores to measure. */
    public CollectorConfig withStores(ProberConfig other) {
        return new CollectorConfig(
                ingest, history, analyzer, other, agents, enablePerformanceMonitoring, alerts, capacity, tasks, http);
    }

    /** With something else told to agents. */
    public CollectorConfig withAgents(AgentsConfig other) {
        return new CollectorConfig(
                ingest, history, analyzer, stores, other, enablePerformanceMonitoring, alerts, capacity, tasks, http);
    }

    /** With other alerts. */
    public CollectorConfig withAlerts(AlertsConfig other) {
        return new CollectorConfig(
                ingest, history, analyzer, stores, agents, enablePerformanceMonitoring, other, capacity, tasks, http);
    }

    /** With another door for people. */
    public CollectorConfig withHttp(HttpConfig other) {
        return new CollectorConfig(
                ingest, history, analyzer, stores, agents, enablePerformanceMonitoring, alerts, capacity, tasks, other);
    }

    /** What is wrong with the files that this names: certificates and keys, one line each. They are read only now. */
    public List<String> fileProblems(Clock clock) {
        List<String> problems = new ArrayList<>();
        if (ingest.tls() != null) {
            problem("ingest.", ingest.tls(), clock, problems);
        }
        if (http.tls() != null) {
            problem("http.", new TlsConfig(http.tls().certificate(), http.tls().key(), null), clock, problems);
        }
        return problems;
    }

    private static void problem(String section, TlsConfig tls, Clock clock, List<String> problems) {
        try {
            tls.check(clock);
        } catch (IngestException e) {
            problems.add(section + e.getMessage());
        }
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
}
