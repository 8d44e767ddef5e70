package io.kvops.tasks;

import java.util.Locale;

/** What happens to a new task while another one with the same key has not ended. */
public enum Overlap {
    /** The new one is refused. */
    FORBID,
    /** Both run. */
    ALLOW,
    /** The older ones are cancelled; the new one starts when they have ended. */
    REPLACE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
