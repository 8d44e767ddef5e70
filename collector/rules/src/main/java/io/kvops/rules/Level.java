package io.kvops.rules;

import java.util.Locale;
import java.util.Optional;

/** How urgent an alert is, the least first. */
public enum Level {
    INFO,
    WARNING,
    CRITICAL,
    EMERGENCY;

    /** From {@code info}, {@code warning}, {@code critical}, {@code emergency}. */
    public static Optional<Level> of(String text) {
        for (Level level : values()) {
            if (level.text().equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** As it is written in rules and in the label {@code severity}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
