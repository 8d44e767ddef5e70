package io.kvops.migration;

import io.kvops.stores.StoreException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Tries again what failed as a store could not be reached, at longer and longer intervals, for some time without progress. */
final class Retry {
    private static final long FIRST_NANOS = 100_000_000L;
    private static final long LONGEST_NANOS = 5_000_000_000L;
    private static final long STEP_NANOS = 20_000_000L;

    private final long forNanos;
    private final LongSupplier nanos;
    private PartState reached;
    private long failingSince = -1;
    private long wait = FIRST_NANOS;

    Retry(int seconds, LongSupplier nanos, PartState begun) {
        this.forNanos = seconds * 1_000_000_000L;
        this.nanos = nanos;
        this.reached = begun;
    }

    /** It works again: what fails next fails for the first time, also where nothing came that could be called progress. */
    void works() {
        failingSince = -1;
    }

    /**
     * Waits until it is time to try again.
     *
     * @param now how far it is
     * @return false if it is not to be tried again
     */
    boolean again(StoreException failure, PartState now, BooleanSupplier stop) {
        if (failure.kind() != StoreException.Kind.UNREACHABLE || stop.getAsBoolean()) {
            return false;
        }
        long at = nanos.getAsLong();
        if (failingSince < 0 || !now.equals(reached)) {
            reached = now;
            failingSince = at;
            wait = FIRST_NANOS;
        }
        if (at - failingSince + wait > forNanos) {
            return false;
        }
        long until = at + wait;
        for (long left = wait; left > 0 && !stop.getAsBoolean(); left = until - nanos.getAsLong()) {
            LockSupport.parkNanos(this, Math.min(left, STEP_NANOS));
        }
        wait = Math.min(2 * wait, LONGEST_NANOS);
        return !stop.getAsBoolean();
    }
}
