package io.kvops.ingest;

import io.kvops.wire.WireCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the ingest listens, where it keeps its journal, and its limits. {@link #of} gives the defaults, {@link #builder}
 * changes them.
 *
 * @param host address to bind; beyond loopback only with TLS and a token. Default 127.0.0.1
 * @param port 0 to 65535, 0 for any free one. Default 7171
 * @param dataDir folder for the journal; made if absent, used by one collector at a time
 * @param tls TLS at the door; null (the default): none
 * @param token shared secret that an agent must send, of a service that has no token of its own; empty (the default) with
 *     empty {@code tokens} takes any agent
 * @param tokens tokens and quotas of single services, by service. Default none
 * @param maxFrameBytes largest message taken, 1 KiB to 64 MiB. Default 4 MiB
 * @param sync when the journal is made durable. Default {@link Sync#ALWAYS}
 * @param syncInterval time between two syncs with {@link Sync#INTERVAL}, 1 ms to 1 min. Default 1 s
 * @param maxConnections connections held at a time, 1 to 100 000; more are refused. Default 20 000
 * @param maxConnectionsPerAddress of them, from one remote address, 1 to 100 000; 0 (the default): no such limit
 * @param maxAgents agents, connected or not, whose last frame is remembered, so that one that comes again is known: 1 000 to
 *     10 000 000, some 100 bytes each; those that sent least recently are forgotten. Default 200 000
 * @param maxSeriesPerAgent distinct series taken from one agent, 10 to 1 000 000; more are counted under the pattern {@code
 *     other}. Default 10 000
 * @param queueBytes memory for frames that wait for the journal, at least maxFrameBytes; when it is full, reading
 *     stops. Default 64 MiB
 * @param idleTimeout a connection without a whole message for so long is closed, 10 ms to 1 day. Default 5 min
 * @param messageTimeout the hello, and each message from its first byte, must be whole in this time, 10 ms to 1 h.
 *     Default 30 s
 * @param retentionAge journal files whose newest frame is older are removed once processed; at least 1 s. Default 24 h
 * @param retentionBytes oldest journal files are removed once processed when the journal is larger, at least 1 MiB; what
 *     is not processed is never removed. Default 8 GiB
 * @param segmentBytes a journal file that has reached this size is followed by a new one, 64 KiB to 1 GiB: the grain of
 *     the retention. Default 128 MiB
 * @param segmentAge the same by its age, at least 1 s. Default 10 min
 * @param maxPendingBytes bytes in the journal, give or take a segment and 8 MiB, that the consumer has not taken yet; past it nothing is
 *     journaled or acknowledged until it has taken some; at least 1 MiB. Default 16 GiB
 * @param minFreeBytes free space of the disk below which nothing is journaled or acknowledged until there is more; 0 or
 *     more. Default 256 MiB
 */
public record IngestConfig(
        String host,
        int port,
        Path dataDir,
        @Nullable TlsConfig tls,
        String token,
        Map<String, TokenQuota> tokens,
        int maxFrameBytes,
        Sync sync,
        Duration syncInterval,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxAgents,
        int maxSeriesPerAgent,
        long queueBytes,
        Duration idleTimeout,
        Duration messageTimeout,
        Duration retentionAge,
        long retentionBytes,
        long segmentBytes,
        Duration segmentAge,
        long maxPendingBytes,
        long minFreeBytes) {

    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final Duration FOREVER = Duration.ofDays(36_500);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; says the value and what is expected
     */
    public IngestConfig {
        Objects.requireNonNull(dataDir, "dataDir");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(sync, "sync");
        tokens = Map.copyOf(tokens);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: empty (expected an address as 127.0.0.1)");
        }
        range("port", port, 0, 65_535);
        range("maxFrameBytes", maxFrameBytes, KIB, 64 * MIB);
        range("syncInterval", syncInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
        range("maxConnections", maxConnections, 1, 100_000);
        range("maxConnectionsPerAddress", maxConnectionsPerAddress, 0, 100_000);
        range("maxAgents", maxAgents, 1_000, 10_000_000);
        range("maxSeriesPerAgent", maxSeriesPerAgent, 10, 1_000_000);
        range("queueBytes", queueBytes, maxFrameBytes, Long.MAX_VALUE);
        range("idleTimeout", idleTimeout, Duration.ofMillis(10), Duration.ofDays(1));
        range("messageTimeout", messageTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        range("retentionAge", retentionAge, Duration.ofSeconds(1), FOREVER);
        range("retentionBytes", retentionBytes, MIB, Long.MAX_VALUE);
        range("segmentBytes", segmentBytes, 64 * KIB, KIB * MIB);
        range("segmentAge", segmentAge, Duration.ofSeconds(1), FOREVER);
        range("maxPendingBytes", maxPendingBytes, MIB, Long.MAX_VALUE);
        range("minFreeBytes", minFreeBytes, 0, Long.MAX_VALUE);
    }

    /** The defaults. */
    public static IngestConfig of(Path dataDir) {
        return builder(dataDir).build();
    }

    /** Starts from the defaults. */
    public static Builder builder(Path dataDir) {
        return new Builder(dataDir);
    }

    /** Whether an agent needs a token. */
    boolean asksForToken() {
        return !token.isEmpty() || !tokens.isEmpty();
    }

    /** As the record's own, but says only whether there are tokens. */
    @Override
    public String toString() {
        return "IngestConfig[" + host + ":" + port + ", " + dataDir + ", TLS " + (tls == null ? "off" : "on")
                + ", token " + (token.isEmpty() ? "none" : "set") + ", tokens of " + tokens.size() + " services]";
    }

    private static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + least + " to " + most + ")");
        }
    }

    private static void range(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + least + " to " + most + ")");
        }
    }

    /** When the journal is made durable. */
    public enum Sync {
        /** Before frames are acknowledged: one fsync for all that wait. Nothing acknowledged is lost, also in a power loss. */
        ALWAYS,
        /** Once in an interval: a power loss may lose acknowledged frames of the last interval; a killed process loses none. */
        INTERVAL
    }

    /** Changes single values of the defaults. For one thread. */
    public static final class Builder {
        private final Path dataDir;
        private String host = "127.0.0.1";
        private int port = 7171;
        private @Nullable TlsConfig tls;
        private String token = "";
        private Map<String, TokenQuota> tokens = Map.of();
        private int maxFrameBytes = WireCodec.MAX_FRAME_BYTES;
        private Sync sync = Sync.ALWAYS;
        private Duration syncInterval = Duration.ofSeconds(1);
        private int maxConnections = 20_000;
        private int maxConnectionsPerAddress;
        private int maxAgents = 200_000;
        private int maxSeriesPerAgent = 10_000;
        private long queueBytes = 64 * MIB;
        private Duration idleTimeout = Duration.ofMinutes(5);
        private Duration messageTimeout = Duration.ofSeconds(30);
        private Duration retentionAge = Duration.ofHours(24);
        private long retentionBytes = 8 * KIB * MIB;
        private long segmentBytes = 128 * MIB;
        private Duration segmentAge = Duration.ofMinutes(10);
        private long maxPendingBytes = 16 * KIB * MIB;
        private long minFreeBytes = 256 * MIB;

        private Builder(Path dataDir) {
            this.dataDir = dataDir;
        }

        public Builder host(String host) {
            this.host = host;
            return this;
        }

        public Builder port(int port) {
            this.port = port;
            return this;
        }

        public Builder token(String token) {
            this.token = token;
            return this;
        }

        public Builder tls(@Nullable TlsConfig tls) {
            this.tls = tls;
            return this;
        }

        public Builder tokens(Map<String, TokenQuota> tokens) {
            this.tokens = tokens;
            return this;
        }

        public Builder maxConnectionsPerAddress(int maxConnectionsPerAddress) {
            this.maxConnectionsPerAddress = maxConnectionsPerAddress;
            return this;
        }

        public Builder maxAgents(int maxAgents) {
            this.maxAgents = maxAgents;
            return this;
        }

        public Builder maxSeriesPerAgent(int maxSeriesPerAgent) {
            this.maxSeriesPerAgent = maxSeriesPerAgent;
            return this;
        }

        public Builder maxFrameBytes(int maxFrameBytes) {
            this.maxFrameBytes = maxFrameBytes;
            return this;
        }

        public Builder sync(Sync sync) {
            this.sync = sync;
            return this;
        }

        public Builder syncInterval(Duration syncInterval) {
            this.syncInterval = syncInterval;
            return this;
        }

        public Builder maxConnections(int maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        public Builder queueBytes(long queueBytes) {
            this.queueBytes = queueBytes;
            return this;
        }

        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        public Builder messageTimeout(Duration messageTimeout) {
            this.messageTimeout = messageTimeout;
            return this;
        }

        public Builder retentionAge(Duration retentionAge) {
            this.retentionAge = retentionAge;
            return this;
        }

        public Builder retentionBytes(long retentionBytes) {
            this.retentionBytes = retentionBytes;
            return this;
        }

        public Builder segmentBytes(long segmentBytes) {
            this.segmentBytes = segmentBytes;
            return this;
        }

        public Builder segmentAge(Duration segmentAge) {
            this.segmentAge = segmentAge;
            return this;
        }

        public Builder maxPendingBytes(long maxPendingBytes) {
            this.maxPendingBytes = maxPendingBytes;
            return this;
        }

        public Builder minFreeBytes(long minFreeBytes) {
            this.minFreeBytes = minFreeBytes;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException if a value is out of its range
         */
        public IngestConfig build() {
            return new IngestConfig(
                    host,
                    port,
                    dataDir,
                    tls,
                    token,
                    tokens,
                    maxFrameBytes,
                    sync,
                    syncInterval,
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxAgents,
                    maxSeriesPerAgent,
                    queueBytes,
                    idleTimeout,
                    messageTimeout,
                    retentionAge,
                    retentionBytes,
                    segmentBytes,
                    segmentAge,
                    maxPendingBytes,
                    minFreeBytes);
        }
    }
}
