package io.kvops.benchmarks.history;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that is set, or that goes on from where it was set. */
final class AheadClock extends Clock {
    private volatile long millis;
    private volatile boolean follows;

    AheadClock(long millis) {
        this.millis = millis;
    }

    void set(long to) {
        millis = to;
    }

    void follow() {
        follows = true;
    }

    @Override
    public long millis() {
        return follows ? System.currentTimeMillis() : millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
