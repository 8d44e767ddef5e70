package io.kvops.stores.data;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What following needs.
 *
 * @param name of who follows, as a task's id: what is left at a target bears it; 1 to 64 letters, digits and {@code -}
 * @param folder of its own, for what was received and not yet applied; made if need be, its content is the feed's
 * @param maxSpoolBytes how much may wait there, at least 1 MiB; beyond that nothing more is received
 * @param retry how long a source that can't be reached is tried again
 * @param clock tells the instants of expiries that are relative
 * @param nanos a ticker
 */
public record FeedOptions(
        String name, Path folder, long maxSpoolBytes, Duration retry, Clock clock, LongSupplier nanos) {
    public FeedOptions {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanos, "nanos");
        if (!name.matches("[A-Za-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("name: '" + name + "' (expected 1 to 64 letters, digits and -)");
        }
        if (maxSpoolBytes < 1 << 20) {
            throw new IllegalArgumentException("maxSpoolBytes: " + maxSpoolBytes + " (expected at least 1 MiB)");
        }
        if (retry.isNegative()) {
            throw new IllegalArgumentException("retry: " + retry + " (expected 0 or more)");
        }
    }
}
