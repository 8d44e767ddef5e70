package io.kvops.server.http;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a store, a host or another measured thing is.
 *
 * @param kind redis, etcd, host, ...
 * @param subject which one: its address without a password, or its name
 * @param state up, degraded or down
 * @param at when that was found out last
 * @param since when it was found out first: from then on it was never another, as far as this collector saw since its start
 * @param problem why it is not up, in one line; empty if it is
 * @param values gauge to value, by the names that the history has; empty if it is down
 */
public record StoreState(
        String kind,
        String subject,
        String state,
        Instant at,
        Instant since,
        String problem,
        Map<String, Double> values) {
    public StoreState {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
