package io.kvops.ingest;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections share: configuration, limits, who is there. Any thread. */
final class DoorState {
    private static final Logger LOG = LoggerFactory.getLogger(DoorState.class);
    private static final long CHECK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long CHECK_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);

    private final IntakeQueue intake;
    private final Counters counters;
    private final LogLimit log;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Admission admission;
    private final Pacing pacing;
    private final LargeMessages large;
    private final Set<AgentConnection> welcomed = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> addresses = new ConcurrentHashMap<>();
    private volatile IngestConfig config;
    private volatile AgentConfiguration agentConfiguration = AgentConfiguration.NONE;
    private volatile @Nullable DoorTls tls;
    private volatile boolean pressed;

    /** @param pressed whether more comes than can be taken, beside what the queue says */
    DoorState(
            IngestConfig config,
            @Nullable DoorTls tls,
            IntakeQueue intake,
            Counters counters,
            LogLimit log,
            Clock clock,
            LongSupplier nanos,
            BooleanSupplier pressed) {
        this.config = config;
        this.tls = tls;
        this.intake = intake;
        this.counters = counters;
        this.log = log;
        this.clock = clock;
        this.nanos = nanos;
        this.admission = new Admission(config, nanos.getAsLong());
        this.pacing = new Pacing(admission, () -> takePressure() || pressed.getAsBoolean());
        this.large = new LargeMessages(config.queueBytes());
    }

    IngestConfig config() {
        return config;
    }

    IntakeQueue intake() {
        return intake;
    }

    Counters counters() {
        return counters;
    }

    LogLimit log() {
        return log;
    }

    Clock clock() {
        return clock;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    Admission admission() {
        return admission;
    }

    Pacing pacing() {
        return pacing;
    }

    LargeMessages large() {
        return large;
    }

    AgentConfiguration agentConfiguration() {
        return agentConfiguration;
    }

    @Nullable
    DoorTls tls() {
        return tls;
    }

    /** How often a connection's time limits are looked at. */
    long checkNanos() {
        IngestConfig now = config;
        long shortest =
                Math.min(now.idleTimeout().toNanos(), now.messageTimeout().toNanos());
        return Math.min(CHECK_NANOS_MAX, Math.max(CHECK_NANOS_MIN, shortest / 4));
    }

    /** A connection, as a log names it. */
    static String name(Channel channel) {
        return "connection from " + channel.remoteAddress();
    }

    /** Counts a connection of an address; whether there may be one more. */
    boolean enter(Channel channel) {
        InetAddress address = addressOf(channel);
        int most = config.maxConnectionsPerAddress();
        return address == null || addresses.merge(address, 1, Integer::sum) <= most || most == 0;
    }

    void leave(Channel channel) {
        InetAddress address = addressOf(channel);
        if (address != null) {
            addresses.computeIfPresent(address, (any, count) -> count == 1 ? null : count - 1);
        }
    }

    private static @Nullable InetAddress addressOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }

    void welcomed(AgentConnection connection) {
        welcomed.add(connection);
    }

    void left(AgentConnection connection) {
        welcomed.remove(connection);
    }

    /** A connection had to wait as the queue was full. */
    void press() {
        counters.queueFull.increment();
        pressed = true;
    }

    private boolean takePressure() {
        boolean was = pressed;
        pressed = false;
        return was || intake.fill() > 0.5;
    }

    /** Once a second: tells agents of a new pace, and reads changed certificates. */
    void sweep() {
        if (pacing.sweep(nanos.getAsLong())) {
            welcomed.forEach(AgentConnection::tellPace);
        }
        TlsConfig files = config.tls();
        DoorTls now = tls;
        if (files != null && now != null && now.isStale(files)) {
            reload(files, now);
        }
    }

    private void reload(TlsConfig files, DoorTls before) {
        try {
            tls = DoorTls.load(files, clock);
            counters.tlsReloads.increment();
            LOG.info("certificates were read again: {}", files.certificate());
        } catch (IngestException e) {
            tls = before.failedAt(files);
            log.warn("certificates", e.getMessage() + "; the certificates of before stay in use");
        }
    }

    /**
     * From now on these limits, tokens and certificates. Who is connected with a token that is no longer right is refused.
     *
     * @throws IngestException if the certificates cannot be used; then nothing has changed
     */
    void apply(IngestConfig next) throws IngestException {
        TlsConfig files = next.tls();
        DoorTls now = tls;
        if (files != null && now != null && now.isStale(files)) {
            tls = DoorTls.load(files, clock);
            counters.tlsReloads.increment();
        }
        config = next;
        intake.bytesMax(next.queueBytes());
        large.max(next.queueBytes());
        admission.apply(next, nanos.getAsLong());
        welcomed.forEach(AgentConnection::admitAgain);
    }

    /** Sends a configuration to those that can take one, and to those that come. */
    void configure(AgentConfiguration configuration) {
        agentConfiguration = configuration;
        welcomed.forEach(AgentConnection::tellConfiguration);
    }

    /** Who is connected now; of an agent with two connections the newer. */
    List<ConnectedAgent> agents() {
        Map<UUID, ConnectedAgent> byId = new HashMap<>();
        for (AgentConnection connection : welcomed) {
            AgentSession session = connection.session();
            if (session != null) {
                ConnectedAgent agent = session.snapshot();
                byId.merge(agent.id(), agent, (a, b) -> a.connectedSince().isBefore(b.connectedSince()) ? b : a);
            }
        }
        return List.copyOf(byId.values());
    }

    int welcomedConnections() {
        return welcomed.size();
    }

    /** How many agents are asked for longer intervals now. */
    int pacedAgents() {
        int paced = 0;
        for (AgentConnection connection : welcomed) {
            AgentSession session = connection.session();
            paced += session != null && session.paceMillis() > 0 ? 1 : 0;
        }
        return paced;
    }

    /** The longest interval that some agent is asked for now. */
    long longestPaceMillis() {
        long longest = pacing.paceMillis();
        for (ServiceGate gate : admission.gates()) {
            longest = Math.max(longest, gate.paceMillis());
        }
        return longest;
    }
}
