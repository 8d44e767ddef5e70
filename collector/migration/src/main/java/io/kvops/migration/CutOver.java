package io.kvops.migration;

import java.util.Locale;

/** When a live sync hands over to its target. */
public enum CutOver {
    /** When it is asked to. */
    MANUAL,
    /** As soon as the target has caught up. */
    AUTO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
