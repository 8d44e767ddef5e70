package io.kvops.stores.format;

import java.util.ArrayList;
import java.util.List;

/** What was left out of what is read: all are counted, the first {@link #MAX_LISTED} listed. For one thread. */
public final class Problems {
    /** So many are listed at most. */
    public static final int MAX_LISTED = 1_000;

    private final List<Problem> listed = new ArrayList<>();
    private long count;

    void add(String place, String what) {
        count++;
        if (listed.size() < MAX_LISTED) {
            listed.add(new Problem(place, what));
        }
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** The first of them. */
    public List<Problem> listed() {
        return List.copyOf(listed);
    }
}
