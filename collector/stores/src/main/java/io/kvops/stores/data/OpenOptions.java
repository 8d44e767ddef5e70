package io.kvops.stores.data;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * How to open a store.
 *
 * @param readOnly a store that is only read is never changed: files are opened so that they can't be
 * @param timeout for one answer of a server; 1 ms to 1 h
 * @param clock tells which records have expired where the store does not
 */
public record OpenOptions(boolean readOnly, Duration timeout, Clock clock) {
    public OpenOptions {
        Objects.requireNonNull(clock, "clock");
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected 1 ms to 1 h)");
        }
    }

    /** For reading alone, with a minute for each answer. */
    public static OpenOptions toRead() {
        return new OpenOptions(true, Duration.ofMinutes(1), Clock.systemUTC());
    }

    /** The same for reading alone. */
    public OpenOptions reading() {
        return new OpenOptions(true, timeout, clock);
    }

    /** For reading and writing, with a minute for each answer. */
    public static OpenOptions toWrite() {
        return new OpenOptions(false, Duration.ofMinutes(1), Clock.systemUTC());
    }
}
