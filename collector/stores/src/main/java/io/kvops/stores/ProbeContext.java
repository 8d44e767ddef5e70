package io.kvops.stores;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What a connection may take and use.
 *
 * @param timeout for one measurement, and for opening
 * @param clock the time of events
 * @param nanos a clock for durations, as {@link System#nanoTime}
 * @param keys whether events may show keys of the store; values of keys are never shown
 */
public record ProbeContext(Duration timeout, Clock clock, LongSupplier nanos, boolean keys) {
    public ProbeContext {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanos, "nanos");
    }

    /** Begins to count the timeout. */
    public Deadline deadline() {
        return new Deadline(nanos, timeout);
    }
}
