package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.analyzer.Report;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.ingest.FrameConsumer;
import io.kvops.ingest.Ingest;
import io.kvops.ingest.IngestException;
import io.kvops.ingest.IngestStats;
import io.kvops.rules.Alerts;
import io.kvops.server.capacity.CapacityDesk;
import io.kvops.server.capacity.ForecastKeeper;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.ConfigSource;
import io.kvops.server.config.LiveConfig;
import io.kvops.server.config.Outcome;
import io.kvops.server.http.AgentsState;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.http.StoreState;
import io.kvops.server.tasks.TaskDesk;
import io.kvops.stores.Measurement;
import io.kvops.stores.Prober;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.TargetStatus;
import io.kvops.tasks.TaskException;
import io.kvops.wire.Frame;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One interface over the whole collector: ingest, analyzer and HTTP, put together. {@link #open} takes the data folder,
 * {@link #start} opens the doors, {@link #close} stops all in reverse order. Any thread may call.
 *
 * <pre>{@code
 * try (OpsManager ops = OpsManager.open(CollectorConfig.of(Path.of("data")))) {
 *     ops.start();
 *     ...
 *     Report lastHour = ops.generateReport(Duration.ofHours(1));
 * }
 * }</pre>
 */
public final class OpsManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpsManager.class);

    private final CollectorConfig config;
    private final LiveConfig<CollectorConfig> live;
    private final Clock clock;
    private final History history;
    private final PerformanceAnalyzer analyzer;
    private final OpLatencies latencies = new OpLatencies();
    private final Ingest ingest;
    private final StoreMeasurements measurements;
    private final Alerting alerting;
    private final Prober prober;
    private final CapacityDesk capacity;
    private final TaskDesk tasks;
    private final HttpDoor door;
    private final AgentPush agents;
    private final Opened opened = new Opened();

    /** Position of the last frame that was replayed; null until that is over. */
    private volatile @Nullable Long replayedUpTo;

    private boolean started;
    private boolean closed;

    private OpsManager(LiveConfig<CollectorConfig> live, Clock clock) throws OpsException {
        this.live = live;
        config = live.value();
        this.clock = clock;
        try {
            opened.push(DataFolder.take(config.dataDir()));
            history = Histories.open(config.history(), clock);
            opened.push(history);
            analyzer = PerformanceAnalyzer.open(config.analyzer(), history, clock);
            opened.push(analyzer);
            ingest = Ingest.open(config.ingest(), new Frames(), clock);
            opened.push(ingest);
            measurements = new StoreMeasurements(history);
            opened.push(measurements);
            alerting = Alerting.open(
                    config.alerts(),
                    config.dataDir(),
                    history,
                    measurements::keep,
                    new AlertFeed.Sources(
                            analyzer,
                            ingest::stats,
                            config.dataDir(),
                            () -> live.value().ingest().minFreeBytes()),
                    clock,
                    System::nanoTime);
            opened.push(alerting);
            prober = Prober.open(measured(config), this::measured, clock);
            opened.push(prober);
            capacity = new CapacityDesk(history, config.capacity(), clock);
            tasks = new TaskDesk(
                    config.dataDir(),
                    config.tasks(),
                    () -> live.value().stores().targets(),
                    clock,
                    System::nanoTime);
            tasks.listen(new TaskEvents(history, clock)::accept);
            opened.push(tasks);
            door = new HttpDoor(config.http(), new OpsView(this), clock);
            opened.push(door);
        } catch (OpsException | IngestException | HistoryException | RuntimeException e) {
            OpsException failure = StartFailure.of(e);
            closeAfter(failure);
            throw failure;
        }
        agents = new AgentPush(ingest, live);
        live.addCheck(Sections::doorsOpened);
        live.add(changed -> ingest.apply(changed.ingest()));
        live.add(changed -> history.apply(changed.history()));
        live.add(changed -> alerting.apply(changed.alerts()));
        live.add(changed -> {
            prober.apply(measured(changed));
            List<TargetStatus> targets = prober.status();
            alerting.targets(targets, prober.config());
            measurements.targets(
                    targets.stream().map(t -> t.kind() + " " + t.subject()).collect(Collectors.toSet()));
        });
        live.add(changed -> capacity.apply(changed.capacity()));
        live.add(changed -> tasks.apply(changed.tasks()));
        live.add(changed -> door.apply(changed.http()));
        live.add(changed -> analyzer.apply(changed.analyzer()));
        ConfigEvents events = new ConfigEvents(history, clock);
        live.onChange(agents::changed);
        live.onChange(events::changed);
        live.onRefusal(events::refused);
    }

    /** Frames go from the journal to the analyzer, and may leave the journal once they are in the history. */
    private final class Frames implements FrameConsumer {
        @Override
        public void accept(Frame frame, long position) {
            analyzer.accept(frame, position);
            latencies.accept(frame);
        }

        @Override
        public long resumeAfter() {
            return analyzer.resumeAfter();
        }

        @Override
        public long durable() {
            return analyzer.durable();
        }
    }

    private void measured(Measurement measurement) {
        measurements.accept(measurement);
        alerting.measured(measurement);
    }

    /** What is to be measured: nothing while the monitoring is switched off. */
    private static ProberConfig measured(CollectorConfig config) {
        ProberConfig stores = config.stores();
        return config.enablePerformanceMonitoring()
                ? stores
                : new ProberConfig(List.of(), stores.maxThreads(), stores.maxBackOff(), stores.keys());
    }

    /**
     * Takes the data folder, which one collector has at a time. Nothing runs yet.
     *
     * @throws OpsException if the folder can't be used
     */
    public static OpsManager open(CollectorConfig config) throws OpsException {
        return open(config, Clock.systemUTC());
    }

    /**
     * The same with a configuration from a file, which is taken again whenever it changes.
     *
     * @param source see {@link CollectorConfig#source}
     * @throws ConfigException with every problem of the file
     */
    public static OpsManager open(ConfigSource source) throws OpsException, ConfigException {
        return open(source, Clock.systemUTC());
    }

    static OpsManager open(ConfigSource source, Clock clock) throws OpsException, ConfigException {
        return new OpsManager(liveConfig(source, CollectorConfig.of(CollectorConfig.defaultDataDir()), clock), clock);
    }

    static OpsManager open(CollectorConfig config, Clock clock) throws OpsException {
        try {
            return new OpsManager(liveConfig(new ConfigSource(null, Map.of()), config, clock), clock);
        } catch (ConfigException e) {
            throw new OpsException(OpsException.Kind.CONFIG, String.valueOf(e.getMessage()), e);
        }
    }

    private static LiveConfig<CollectorConfig> liveConfig(ConfigSource source, CollectorConfig base, Clock clock)
            throws ConfigException {
        return LiveConfig.open(
                source,
                root -> Sections.read(root, base),
                config -> config.dataDir().resolve("config"),
                Sections::needsRestart,
                clock);
    }

    /**
     * Binds both ports and begins to process what the journal holds; see {@link #ready()}.
     *
     * @throws OpsException if a port can't be bound; everything is closed then
     */
    public synchronized void start() throws OpsException {
        if (started || closed) {
            throw new IllegalStateException(closed ? "closed" : "already started");
        }
        started = true;
        try {
            live.begin();
            agents.start();
            ingest.start();
            measurements.start();
            alerting.start();
            prober.start();
            tasks.start();
            startHttp();
            opened.push(ForecastKeeper.start(capacity));
            opened.push(ConfigWatch.start(live));
            RunningCollector here = running();
            here.write(config.dataDir());
            opened.push(() -> RunningCollector.remove(config.dataDir()));
            LOG.debug(
                    "collector {} listens: agents {}:{}, http {}, data {}",
                    here.version(),
                    config.ingest().host(),
                    here.ingestPort(),
                    here.url(),
                    config.dataDir());
        } catch (OpsException | IngestException | TaskException | IOException | RuntimeException e) {
            OpsException failure = StartFailure.of(e);
            closeAfter(failure);
            throw failure;
        }
    }

    private void startHttp() throws OpsException {
        try {
            door.start();
        } catch (IOException e) {
            throw StartFailure.ofHttp(e, config.http());
        }
    }

    /** The configuration that is in force. */
    public CollectorConfig config() {
        return live.value();
    }

    /** Reads the configuration's file again; the log says what became of it. Any thread may call. */
    public Outcome reload(String who) {
        return live.reload(who);
    }

    /** True once all that the journal held at start is in the history, and so in every answer. */
    public boolean ready() {
        if (!ingest.ready()) {
            return false;
        }
        Long replayed = replayedUpTo;
        if (replayed == null) {
            replayed = analyzer.accepted();
            replayedUpTo = replayed;
        }
        return analyzer.caughtUp(replayed);
    }

    /** Process id, ports and version, as {@code collector.json} has them. Ports are 0 before the start. */
    public RunningCollector running() {
        String scheme = config.http().tls() == null ? "http://" : "https://";
        return new RunningCollector(
                ProcessHandle.current().pid(),
                config.http().host(),
                ingest.port(),
                door.port(),
                scheme + RunningCollector.reached(config.http().host(), door.port()),
                RunningCollector.reached(config.ingest().host(), ingest.port()),
                version());
    }

    /** What happened in the time before now, as {@code report.json} has it. */
    public Report generateReport(Duration last) {
        Instant now = clock.instant();
        return generateReport(now.minus(last), now);
    }

    /** What happened from one moment (inclusive) to another (exclusive). */
    public Report generateReport(Instant from, Instant to) {
        return analyzer.report(from, to).withDropped(CollectorMetrics.dropped(ingest.stats()));
    }

    /** All at a glance: health, what happens now, what came in. */
    public Dashboard dashboard() {
        return new Dashboard(performHealthCheck(), snapshot(), ingest.stats());
    }

    /** Looks at each part. */
    public Health performHealthCheck() {
        HealthChecks look = new HealthChecks();
        look.ingest(ingest.stats(), ready(), config.dataDir());
        look.disk(config.dataDir(), live.value().ingest().minFreeBytes());
        String unwritten = analyzer.problem();
        look.history(unwritten != null ? unwritten : measurements.problem(), "position " + history.position());
        look.stores(prober.status());
        look.alerts(alerting.alerts().stats());
        look.http(door.port());
        AgentsState told = agents.state();
        look.config(live, told.confirmed(), told.connected(), told.problems());
        return look.health();
    }

    /** Numbers of the ingest since the start. */
    public IngestStats ingestStats() {
        return ingest.stats();
    }

    /** The analyzer, for code in this process that measures itself: {@code analyzer().start(OpType.GET, key)}. */
    public PerformanceAnalyzer analyzer() {
        return analyzer;
    }

    /**
     * Stops all in reverse order; more calls do nothing.
     *
     * @throws OpsException if a part did not stop as it should; the others are stopped all the same, and their failures are
     *     suppressed exceptions of this one
     */
    @Override
    public synchronized void close() throws OpsException {
        closed = true;
        Exception first = opened.closeAll();
        if (first != null) {
            throw new OpsException(
                    OpsException.Kind.FAILED, "the collector did not stop cleanly: " + first.getMessage(), first);
        }
    }

    private void closeAfter(OpsException failure) {
        closed = true;
        Exception second = opened.closeAll();
        if (second != null) {
            failure.addSuppressed(second);
        }
    }

    LiveSnapshot snapshot() {
        return analyzer.live().withDropped(CollectorMetrics.dropped(ingest.stats()));
    }

    /** Version of this program; {@code unpackaged} where it runs out of a folder of classes. */
    public static String version() {
        String version = OpsManager.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** What the HTTP door needs besides what is public. */
    History history() {
        return history;
    }

    Alerts alerts() {
        return alerting.alerts();
    }

    /** What runs out when and what to buy. Any thread may ask; an answer takes a second or more. */
    public CapacityDesk capacity() {
        return capacity;
    }

    /** What it copies and compares. */
    public TaskDesk tasks() {
        return tasks;
    }

    ConfigControl configControl() {
        return new ConfigDoor(live, agents::state);
    }

    List<ConnectedAgent> connectedAgents() {
        return ingest.agents();
    }

    List<StoreMeasurements.Latest> latestMeasurements() {
        return measurements.latest();
    }

    MetricSnapshots metrics(List<StoreState> stores) {
        LiveSnapshot now = snapshot();
        List<MetricSnapshot> more = new ArrayList<>(latencies.metrics());
        more.addAll(TaskMetrics.of(tasks.stats()));
        more.addAll(AlertMetrics.of(alerting.alerts(), alerting.forecastsLeftOut()));
        more.addAll(HistoryMetrics.of(measurements, history.gaugesLeftOut()));
        return CollectorMetrics.of(now, ingest.stats(), ready(), door.stats(), more, stores);
    }
}
