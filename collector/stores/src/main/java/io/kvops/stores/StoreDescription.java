package io.kvops.stores;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a store is.
 *
 * @param kind redis, etcd, ...
 * @param product what answers, as {@code redis} or {@code valkey}; the kind where there is but one
 * @param version as the store says it; empty if it says none
 * @param role master, replica, leader, follower, ...; empty if there are none
 * @param topology standalone, cluster, replicated, file, ...
 * @param limits gauge to value, as {@code memory.limit.bytes}; what has no limit is absent
 * @param details what else is worth knowing, as {@code memory.policy}
 */
public record StoreDescription(
        String kind,
        String product,
        String version,
        String role,
        String topology,
        Map<String, Double> limits,
        Map<String, String> details) {
    public StoreDescription {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(product, "product");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(topology, "topology");
        limits = Collections.unmodifiableMap(new TreeMap<>(limits));
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /** For a store of which nothing but its kind is known. */
    public static StoreDescription of(String kind) {
        return new StoreDescription(kind, kind, "", "", "standalone", Map.of(), Map.of());
    }
}
