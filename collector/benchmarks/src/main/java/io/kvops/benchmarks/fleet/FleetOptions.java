package io.kvops.benchmarks.fleet;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a fleet is.
 *
 * @param agents how many, at least 1
 * @param series of a frame, at least 1
 * @param hotKeys increments of hot keys in a frame
 * @param intervalMillis between two frames of an agent; 0: as soon as the one before is acknowledged
 * @param collector where to connect
 * @param tls null: plain
 * @param token of the collector, empty if it has none
 * @param threads event loops
 * @param run another number makes other agents, and other frames
 */
record FleetOptions(
        int agents,
        int series,
        int hotKeys,
        long intervalMillis,
        InetSocketAddress collector,
        @Nullable SslContext tls,
        String token,
        int threads,
        long run) {
    FleetOptions {
        atLeast("agents", agents, 1);
        atLeast("series", series, 1);
        atLeast("hot-keys", hotKeys, 0);
        atLeast("interval", intervalMillis, 0);
        atLeast("threads", threads, 1);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected >= " + least + ")");
        }
    }
}
