package io.kvops.migration;

import java.util.Locale;

/** What becomes of a key that the target has already. */
public enum Conflict {
    /** The source's record takes its place. */
    OVERWRITE,
    /** It is left alone. */
    SKIP,
    /**
     * The newer one stays: the one with the higher {@code version} of its metadata; of streams, with the later last id; else with
     * the later expiry. Where none of these tells, the target's is left alone.
     */
    NEWER,
    /** The task fails; a record of the same value, which an earlier run of the task may have written, is no conflict then. */
    FAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
