package io.kvops.migration.transform;

import io.kvops.stores.data.RecordSink;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Transforms one after the other, made of texts as {@code rename:/^user:/u:/}. Immutable; any thread. */
public final class Transforms {
    private final List<RecordTransform> steps;

    private Transforms(List<RecordTransform> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads them.
     *
     * @param texts each {@code NAME:ARGUMENT}
     * @throws IllegalArgumentException which is wrong, and what is expected
     */
    public static Transforms of(List<String> texts) {
        Map<String, TransformProvider> known = providers();
        List<RecordTransform> steps = new ArrayList<>();
        for (String text : texts) {
            int colon = text.indexOf(':');
            TransformProvider provider = known.get(colon < 0 ? text : text.substring(0, colon));
            if (provider == null) {
                throw new IllegalArgumentException("transform: '" + text + "' (expected one of "
                        + String.join(
                                ", ",
                                known.values().stream()
                                        .map(p -> p.name() + ":" + p.usage())
                                        .toList())
                        + ")");
            }
            try {
                steps.add(provider.of(colon < 0 ? "" : text.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "transform: '" + text + "': " + e.getMessage() + " (expected " + provider.name() + ":"
                                + provider.usage() + ")",
                        e);
            }
        }
        return new Transforms(steps);
    }

    /** All there are, by name. */
    public static Map<String, TransformProvider> providers() {
        Map<String, TransformProvider> known = new TreeMap<>();
        for (TransformProvider own : List.of(
                new Rename(), new Expiry(), new DropFields(), new Mask(), new Retype(), new SetByExpression())) {
            known.put(own.name(), own);
        }
        ServiceLoader.load(TransformProvider.class, Transforms.class.getClassLoader())
                .forEach(provider -> known.put(provider.name(), provider));
        return known;
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    public boolean changesKeys() {
        return steps.stream().anyMatch(RecordTransform::changesKeys);
    }

    public boolean steady() {
        return steps.stream().allMatch(RecordTransform::steady);
    }

    public boolean readsValues() {
        return steps.stream().anyMatch(RecordTransform::readsValues);
    }

    /** The first step's sink; the last one hands on to {@code next}. */
    public RecordSink onto(RecordSink next, Clock clock) {
        RecordSink sink = next;
        for (int i = steps.size() - 1; i >= 0; i--) {
            sink = steps.get(i).onto(sink, clock);
        }
        return sink;
    }
}
