package io.kvops.stores;

import io.kvops.stores.Measurement.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a target is doing.
 *
 * @param kind of store
 * @param subject which one
 * @param name what people call it; the subject if it has no name
 * @param state null until it was measured once
 * @param since when it came into this state; null until it was measured once
 * @param measured when it was last measured, whatever came of it; null until it was
 * @param failures in a row
 * @param problem why it is down or what is missing; empty if nothing is
 */
public record TargetStatus(
        String kind,
        String subject,
        String name,
        @Nullable State state,
        @Nullable Instant since,
        @Nullable Instant measured,
        long failures,
        String problem) {}
