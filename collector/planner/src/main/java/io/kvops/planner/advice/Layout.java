package io.kvops.planner.advice;

/**
 * Machines and how the data lies on them.
 *
 * @param shape of each
 * @param shards the data is split into, at least 1
 * @param replicas of each shard beside its primary, at least 0
 */
public record Layout(InstanceShape shape, int shards, int replicas) {
    public Layout {
        if (shards < 1 || replicas < 0) {
            throw new IllegalArgumentException(
                    shards + " shards, " + replicas + " replicas (expected at least 1, and at least 0)");
        }
    }

    /** All of them. */
    public int machines() {
        return shards * (1 + replicas);
    }

    /** What they cost. */
    public Cost cost(Catalog catalog) {
        return Cost.of(shape.pricePerHour(), machines(), catalog);
    }

    @Override
    public String toString() {
        return shards + " x " + shape.name() + (replicas == 0 ? "" : " with " + replicas + " replicas each");
    }
}
