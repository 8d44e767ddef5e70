package io.kvops.rules;

import java.util.Locale;
import java.util.Optional;

/** What becomes of an alert whose metrics are missing. */
public enum NoData {
    /** As in Prometheus: it is pending or firing no more. The default. */
    RESOLVE,
    /** It stays what it is until there are values again. */
    KEEP,
    /** A series that had values and has none is an alert by itself, after the rule's {@code for}. */
    ALERT;

    static Optional<NoData> of(String text) {
        for (NoData one : values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
