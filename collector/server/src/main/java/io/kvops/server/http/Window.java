package io.kvops.server.http;

import java.time.Instant;

/**
 * A span of time that somebody asks about.
 *
 * @param from begin, inclusive
 * @param to end, exclusive; after from
 */
record Window(Instant from, Instant to) {
    long fromMillis() {
        return from.toEpochMilli();
    }

    long toMillis() {
        return to.toEpochMilli();
    }
}
