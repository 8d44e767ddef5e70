package io.kvops.rules;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of one receiver. Immutable; its text holds no secret.
 *
 * @param name of the receiver
 * @param type of the notifier: webhook, slack, email, alertmanager, command, log, or one of the user's own
 * @param values by key, each a list of one or more texts
 */
public record NotifierSettings(String name, String type, Map<String, List<String>> values) {
    public NotifierSettings {
        values = Map.copyOf(values);
    }

    /** Refuses keys that the notifier does not know. */
    public void expect(Set<String> known) {
        for (String key : new TreeSet<>(values.keySet())) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        key + ": unknown (expected one of " + String.join(", ", new TreeSet<>(known)) + ")");
            }
        }
    }

    /** A text; the default if it is not there. */
    public String text(String key, String byDefault) {
        List<String> there = values.get(key);
        return there == null || there.isEmpty() ? byDefault : there.get(0);
    }

    /** A text that has to be there. */
    public String text(String key) {
        String there = text(key, "");
        if (there.isEmpty()) {
            throw new IllegalArgumentException(key + ": is missing (expected a text)");
        }
        return there;
    }

    /** All texts of a key. */
    public List<String> texts(String key) {
        return values.getOrDefault(key, List.of());
    }

    /** A secret by its place, {@code file:PATH} or {@code env:NAME}; null if the key is not there. */
    public @Nullable SecretText secret(String key) {
        String there = text(key, "");
        return there.isEmpty() ? null : SecretText.of(key, there);
    }

    @Override
    public String toString() {
        return name + " (" + type + ")";
    }
}
