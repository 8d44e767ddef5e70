package io.kvops.history;

import java.util.Objects;

/**
 * One measured value of one thing: a store, a host, a JVM, what a user's own probe measures.
 *
 * @param atMillis when it was measured, epoch milliseconds
 * @param kind of the thing: redis, etcd, host, jvm, ...
 * @param subject which one: an address, a host's name, service/instance
 * @param name lower case words with dots, the unit last, {@code .total} after it where the value only grows
 * @param value finite
 */
public record GaugePoint(long atMillis, String kind, String subject, String name, double value) {
    public GaugePoint {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(name, "name");
    }
}
