package io.kvops.history;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What writers and upkeep share. */
final class State {
    /** Held by whoever writes rows, and shortly by upkeep when it changes what goes where. */
    final ReentrantLock writing = new ReentrantLock();

    final AtomicInteger nextChunkId;

    /** Rows that came after their time was merged, rows older than all that is kept, and slow operations trimmed. */
    final AtomicLong late = new AtomicLong();

    final AtomicLong expired = new AtomicLong();
    final AtomicLong slowOpsForgotten = new AtomicLong();

    /** Values whose gauges are names too many. */
    final AtomicLong gaugesLeftOut = new AtomicLong();

    /** Where rows go. Its horizons are those that merges and expiries under way will reach. */
    volatile Catalog catalog;

    /** What of a merge in slices is done, or under way; changed by who holds {@link #writing}. */
    volatile Slice slice = Slice.NONE;

    volatile HistoryConfig config;

    /** Upkeep ends with the step that it is at. */
    volatile boolean closing;

    /** Makes dictionaries forget the ids that they hold in memory; called by who holds {@link #writing}. */
    volatile Runnable forgetIds = () -> {};

    State(Catalog catalog, HistoryConfig config) {
        this.catalog = catalog;
        this.config = config;
        this.nextChunkId = new AtomicInteger(
                1 + catalog.chunks().stream().mapToInt(Chunk::id).max().orElse(0));
    }

    /** Takes tables or files out of the catalog, and others in. */
    void replace(Collection<Chunk> old, Collection<Chunk> added) {
        writing.lock();
        try {
            catalog = catalog.without(old).with(added);
        } finally {
            writing.unlock();
        }
    }
}
