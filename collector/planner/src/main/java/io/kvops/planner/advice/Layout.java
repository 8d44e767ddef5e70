package io.kvops.planner.advice;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Machines and how the data lies on them.
 *
 * @param shape of each
 * @param shards the data is split into, at least 1
 * @param replicas of each shard beside its primary, at least 0
 */
public record Layout(InstanceShape shape, int shards, int replicas) {
    private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,4})x)?(.+)");

    public Layout {
        if (shards < 1 || replicas < 0) {
            throw new IllegalArgumentException(
                    shards + " shards, " + replicas + " replicas (expected at least 1, and at least 0)");
        }
    }

    /**
     * Reads {@code 3xr7g.large}, or {@code r7g.large} for one.
     *
     * @throws IllegalArgumentException if it is neither, or the catalog has no such shape
     */
    public static Layout parse(String text, Catalog catalog, int replicas) {
        Matcher m = TEXT.matcher(text.strip());
        @Nullable String name = m.matches() ? m.group(2) : null;
        @Nullable
        InstanceShape shape = name == null ? null : catalog.shape(name).orElse(null);
        int shards = shape == null || m.group(1) == null ? 1 : Integer.parseInt(m.group(1));
        if (shape == null || shards < 1) {
            throw new IllegalArgumentException("'" + text + "' (expected such as 3xNAME, NAME one of "
                    + catalog.shapes().stream().map(InstanceShape::name).toList() + ")");
        }
        return new Layout(shape, shards, replicas);
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
