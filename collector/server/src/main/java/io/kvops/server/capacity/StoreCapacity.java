package io.kvops.server.capacity;

import io.kvops.server.config.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a store does not say itself.
 *
 * @param store its subject
 * @param limits by metric, in its unit, above 0; they win over what the store says
 * @param today what it runs on, such as {@code 3xr7g.large}; empty: not known
 */
public record StoreCapacity(String store, Map<String, Double> limits, String today) {
    private static final Duration P99_LEAST = Duration.ofNanos(1_000);

    public StoreCapacity {
        limits = Map.copyOf(limits);
        if (store.isBlank()) {
            throw new IllegalArgumentException("store: '" + store
                    + "' (expected a store as kvops capacity names it, such as redis://127.0.0.1:6379)");
        }
    }

    /**
     * Reads one.
     *
     * @param machines refuses what is no layout
     */
    static StoreCapacity read(Section section, Consumer<String> machines) {
        String store = section.text("store", "", "a store as kvops capacity names it");
        Map<String, Double> limits = new LinkedHashMap<>();
        put(limits, MeasuredResources.MEMORY, (double) section.bytes("memory", 0, 1, Long.MAX_VALUE));
        put(limits, MeasuredResources.STORAGE, (double) section.bytes("storage", 0, 1, Long.MAX_VALUE));
        put(limits, MeasuredResources.CONNECTIONS, section.integer("connections", 0, 1, Integer.MAX_VALUE));
        put(
                limits,
                MeasuredResources.OPERATIONS,
                section.decimal("operationsPerSecond", 0, 0, Double.POSITIVE_INFINITY));
        Duration p99 = section.duration("p99", Duration.ZERO, P99_LEAST, Duration.ofDays(1));
        put(limits, OperationResources.LATENCY, p99.toNanos() / 1e9);
        section.textsByName("metrics").forEach((metric, limit) -> put(limits, metric, number(metric, limit)));
        String today = section.text("today", "");
        if (!today.isEmpty()) {
            try {
                machines.accept(today);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("today: " + e.getMessage(), e);
            }
        }
        return new StoreCapacity(store, limits, today);
    }

    private static void put(Map<String, Double> limits, String metric, double limit) {
        if (limit > 0) {
            limits.put(metric, limit);
        }
    }

    private static double number(String metric, String text) {
        double number = Double.NaN;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            // said below
        }
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("metrics: " + metric + ": " + text + " (expected a number above 0)");
        }
        return number;
    }
}
