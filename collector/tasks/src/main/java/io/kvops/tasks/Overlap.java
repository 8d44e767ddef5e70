package io.kvops.tasks;

import java.util.Locale;

/** What happens to a new task while another one with the same key has not ended. */
public enum Overlap {
    /** The new one is refused. */
    FORBID,
    /** The new one is refused while the other is at work; one that is paused, or whose process is gone, is not in its way. */
    EXCLUDE,
    /** Both run. */
    ALLOW,
    /** The older ones are cancelled; the new one starts when they have ended. */
    REPLACE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
