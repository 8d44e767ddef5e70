package io.kvops.planner.capacity;

/**
 * Something that may run out.
 *
 * @param store whose it is
 * @param part a node or a key pattern of the store; empty: all of it
 * @param dimension what kind it is
 * @param metric its name
 */
public record Resource(String store, String part, Dimension dimension, String metric) {
    public Resource {
        if (store.isBlank() || metric.isBlank()) {
            throw new IllegalArgumentException(
                    "a resource needs a store and a metric, not '" + store + "' and '" + metric + "'");
        }
    }

    /** One of a whole store. */
    public static Resource of(String store, Dimension dimension, String metric) {
        return new Resource(store, "", dimension, metric);
    }

    /** The same of a node or a pattern. */
    public Resource of(String part) {
        return new Resource(store, part, dimension, metric);
    }

    @Override
    public String toString() {
        return store + (part.isEmpty() ? "" : "/" + part) + " " + metric;
    }
}
