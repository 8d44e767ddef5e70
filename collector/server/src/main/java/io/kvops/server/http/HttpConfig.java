package io.kvops.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where and how much HTTP is served.
 *
 * @param host address to bind; loopback only, for there is no TLS and no login yet
 * @param port 0 (any free one) to 65535
 * @param maxConnections connections open at once, 1 to 10 000; one more is closed at once
 * @param maxStreams live streams open at once, 1 to 1 000; one more is answered 429
 */
public record HttpConfig(String host, int port, int maxConnections, int maxStreams) {
    public static final HttpConfig DEFAULTS = new HttpConfig("127.0.0.1", 7180, 256, 64);

    public HttpConfig {
        require(
                isLoopback(host),
                "http.host: " + host + " (expected a loopback address such as 127.0.0.1: a wider bind is refused)");
        require(port >= 0 && port <= 65_535, "http.port: " + port + " (expected 0 to 65535)");
        require(
                maxConnections >= 1 && maxConnections <= 10_000,
                "http.maxConnections: " + maxConnections + " (expected 1 to 10000)");
        require(maxStreams >= 1 && maxStreams <= 1_000, "http.maxStreams: " + maxStreams + " (expected 1 to 1000)");
    }

    public HttpConfig withPort(int other) {
        return new HttpConfig(host, other, maxConnections, maxStreams);
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
