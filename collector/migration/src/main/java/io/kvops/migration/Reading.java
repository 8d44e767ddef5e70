package io.kvops.migration;

import java.util.Locale;

/** How a copy reads its source. */
public enum Reading {
    /**
     * From the source's snapshot, where it gives one, all of it is wanted, and nothing is against that, as a limit of its rate;
     * else by its keys.
     */
    AUTO,
    /** Asks for keys, part by part, and for their values. */
    KEYS,
    /** From the snapshot that the source makes of itself for a replica: all records as they are at one instant, or an error. */
    SNAPSHOT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
