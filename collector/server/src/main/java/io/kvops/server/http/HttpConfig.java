package io.kvops.server.http;

import io.kvops.server.security.AccessToken;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where, to whom and how much HTTP is served.
 *
 * @param host address to bind; one that other machines reach needs tls and at least one token
 * @param port 0 (any free one) to 65535
 * @param maxConnections connections open at once, 1 to 10 000; one more closes the one that is idle longest
 * @param maxConnectionsPerAddress of them from one address, 1 to 10 000, likewise
 * @param maxStreams live streams open at once, 1 to 1 000; one more is answered 429
 * @param idleTimeout a connection without a request is closed after it, and a request has to be whole after it, 1 s to 1 h
 * @param computeTimeout an answer that takes longer to compute is given up with 503, 1 s to 10 min
 * @param maxBodyBytes of a request, 1 KiB to 16 MiB
 * @param tls null: plain HTTP
 * @param tokens who may ask; empty: everybody who reaches the port, as admin, and it binds loopback only
 */
public record HttpConfig(
        String host,
        int port,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxStreams,
        Duration idleTimeout,
        Duration computeTimeout,
        int maxBodyBytes,
        @Nullable HttpTls tls,
        List<AccessToken> tokens) {
    public static final HttpConfig DEFAULTS = builder().build();
    private static final int MAX_TOKENS = 1_000;

    public HttpConfig {
        tokens = List.copyOf(tokens);
        require(port >= 0 && port <= 65_535, "http.port: " + port + " (expected 0 to 65535)");
        require(
                maxConnections >= 1 && maxConnections <= 10_000,
                "http.maxConnections: " + maxConnections + " (expected 1 to 10000)");
        require(
                maxConnectionsPerAddress >= 1 && maxConnectionsPerAddress <= 10_000,
                "http.maxConnectionsPerAddress: " + maxConnectionsPerAddress + " (expected 1 to 10000)");
        require(maxStreams >= 1 && maxStreams <= 1_000, "http.maxStreams: " + maxStreams + " (expected 1 to 1000)");
        requireWithin("http.idleTimeout", idleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
        requireWithin("http.computeTimeout", computeTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
        require(
                maxBodyBytes >= 1024 && maxBodyBytes <= 16 << 20,
                "http.maxBodyBytes: " + maxBodyBytes + " (expected 1024 to 16777216)");
        require(tokens.size() <= MAX_TOKENS, "http.tokens: " + tokens.size() + " of them (expected up to 1000)");
        Set<String> names = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            AccessToken token = tokens.get(i);
            String path = "http.tokens[" + i + "]";
            require(names.add(token.name()), path + ".name: " + token.name() + " twice (expected different names)");
            require(
                    secrets.add(token.secret()),
                    path + ".token: the one of " + token.name() + " is also another's (expected different tokens)");
        }
        require(
                isLoopback(host) || (tls != null && !tokens.isEmpty()),
                "http.host: " + host
                        + " (expected a loopback address such as 127.0.0.1: a wider bind is refused without"
                        + " http.tls and http.tokens)");
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        return new Builder()
                .host(host)
                .port(port)
                .maxConnections(maxConnections)
                .maxConnectionsPerAddress(maxConnectionsPerAddress)
                .maxStreams(maxStreams)
                .idleTimeout(idleTimeout)
                .computeTimeout(computeTimeout)
                .maxBodyBytes(maxBodyBytes)
                .tls(tls)
                .tokens(tokens);
    }

    public HttpConfig withPort(int other) {
        return toBuilder().port(other).build();
    }

    /** True if only this machine reaches the port. */
    boolean loopback() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void requireWithin(String key, Duration value, Duration min, Duration max) {
        require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                key + ": " + value + " (expected " + min + " to " + max + ")");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Begins with the defaults. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 7180;
        private int maxConnections = 256;
        private int maxConnectionsPerAddress = 128;
        private int maxStreams = 64;
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration computeTimeout = Duration.ofSeconds(30);
        private int maxBodyBytes = 1 << 20;
        private @Nullable HttpTls tls;
        private List<AccessToken> tokens = List.of();

        private Builder() {}

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder maxConnectionsPerAddress(int value) {
            maxConnectionsPerAddress = value;
            return this;
        }

        public Builder maxStreams(int value) {
            maxStreams = value;
            return this;
        }

        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        public Builder computeTimeout(Duration value) {
            computeTimeout = value;
            return this;
        }

        public Builder maxBodyBytes(int value) {
            maxBodyBytes = value;
            return this;
        }

        public Builder tls(@Nullable HttpTls value) {
            tls = value;
            return this;
        }

        public Builder tokens(List<AccessToken> value) {
            tokens = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming the key, the value and what is expected
         */
        public HttpConfig build() {
            return new HttpConfig(
                    host,
                    port,
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxStreams,
                    idleTimeout,
                    computeTimeout,
                    maxBodyBytes,
                    tls,
                    tokens);
        }
    }
}
