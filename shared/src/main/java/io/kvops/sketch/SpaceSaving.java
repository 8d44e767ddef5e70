package io.kvops.sketch;

import java.util.Arrays;

/**
 * The keys that occur most in a stream, in fixed memory: the Space-Saving of Metwally, Agrawal, El Abbadi, "Efficient
 * computation of frequent and top-k elements in data streams", ICDT 2005, with weights, behind the filter of Homem,
 * Carvalho, "Finding top-k elements in data streams", Information Sciences 180 (2010).
 *
 * <p>A key without a counter is counted in a cell of the filter, which it shares with other keys. When all counters are taken
 * and a cell gets above the smallest counter, the key that did it takes that counter over; what the cell held becomes the
 * <em>error</em> of the key, the most that may have been missed of it, and the cell of the key that had to go gets its
 * count. So no cell is above the smallest counter; with n counters every key that makes up more than 1/n of the stream has
 * one; and for each key with a counter
 *
 * <pre>seen &lt;= true count &lt;= seen + error,</pre>
 *
 * while a key without one has at most {@link #minimum} occurrences. Counters are in a heap, keys in one flat array behind
 * a hash table: an update of a counter takes O(log n), one of the filter, which is what rare keys cost, O(1). Neither
 * allocates.
 *
 * <h2>Across frames</h2>
 *
 * <p>The summary lives on while frames are cut: {@link #drain} hands out what each key gained since the call before, and its
 * error only when the key has come in (again) since. Adding them up gives the same bounds, however many frames there were;
 * a summary per frame would add an error for each. A key is handed out first when it was seen, since it came in, more often
 * than the minimum or than the n-th part of a frame: a rarer one could have come in by chance. From then on its gains are
 * always handed out: also the last ones when it loses its counter, and those after it came back. So for every key that was
 * handed out, at every frame,
 *
 * <pre>sum of count &lt;= true count &lt;= sum of count + sum of error + (minimum, if it has no counter now),</pre>
 *
 * while one that was never handed out has at most twice the minimum.
 *
 * <h2>Epochs</h2>
 *
 * <p>The minimum grows with the stream, about total/n, and so does the error of what comes in late: a key that turns hot
 * after a day would have to outgrow a day's error to mean anything. {@link #restart} ends an epoch (some minutes): counters
 * start from nothing, and errors speak of the new epoch alone. The bounds above are then those of each epoch; a sum over
 * epochs has the sum of their bounds, with twice the last minimum of each in which the key was not handed out.
 *
 * <p>Two summaries merge by adding: {@link #add} takes what another's {@link #drain} gave. Belongs to one thread.
 */
public final class SpaceSaving {
    private static final int SEEN = 0;
    private static final int ERROR = 1;
    private static final int READS = 2;
    private static final int WRITES = 3;
    private static final int BYTES = 4;
    private static final int NUMBERS = 5;

    /** A cell is the numbers of a key, then the same numbers as they were at the last drain. */
    private static final int CELL = 2 * NUMBERS;

    private final int capacity;
    private final KeySlots keys;
    private final long[] hashes;
    private final long[] cells;
    private int size;

    /** By hash: most occurrences of a key that has no counter. */
    private final long[] filter;

    private final int[] heap; // slots, smallest count first
    private final int[] heapIndex; // of a slot
    private final int[] table; // slot + 1 by hash; 0 is free
    private final int mask;

    // keys that were handed out in this epoch, as a Bloom filter (a false positive is handed out early, which is
    // harmless),
    // and the slots whose key is among them
    private final long[] handedOut;
    private final boolean[] known;

    // last gains of keys that were handed out and lost their counter since the last drain
    private final KeySlots lostKeys;
    private final long[] lostNumbers;
    private int lost;
    private long dropped;

    private long totalSinceDrain;

    /**
     * @param counters keys to track, 1 to 65536
     * @param maxKeyBytes 32 to 1024; of longer keys a start and a hash of the whole is kept, so they are still told apart
     */
    public SpaceSaving(int counters, int maxKeyBytes) {
        if (counters < 1 || counters > 1 << 16) {
            throw new IllegalArgumentException("counters: " + counters + " (expected 1 to 65536)");
        }
        if (maxKeyBytes < 32 || maxKeyBytes > 1024) {
            throw new IllegalArgumentException("maxKeyBytes: " + maxKeyBytes + " (expected 32 to 1024)");
        }
        capacity = counters;
        keys = new KeySlots(counters, maxKeyBytes);
        hashes = new long[counters];
        cells = new long[counters * CELL];
        filter = new long[Integer.highestOneBit(counters) * 4];
        heap = new int[counters];
        heapIndex = new int[counters];
        table = new int[Integer.highestOneBit(counters) * 4];
        mask = table.length - 1;
        handedOut = new long[counters];
        known = new boolean[counters];
        lostKeys = new KeySlots(counters, maxKeyBytes);
        lostNumbers = new long[counters * NUMBERS];
    }

    /** Counts one or more operations on a key. */
    public void offer(int scope, byte[] key, int offset, int length, long count, long reads, long writes, long bytes) {
        add(scope, key, offset, length, count, 0, reads, writes, bytes);
    }

    /**
     * Adds occurrences of a key, with an error if they come from another summary.
     *
     * @param scope tells equal keys of different places apart
     * @param key not kept
     * @param count occurrences, at least 1
     * @param error occurrences that may have been missed besides, at least 0
     * @param reads of count
     * @param writes of count
     * @param bytes bytes of values
     */
    public void add(
            int scope,
            byte[] key,
            int offset,
            int length,
            long count,
            long error,
            long reads,
            long writes,
            long bytes) {
        if (count < 1 || error < 0) {
            throw new IllegalArgumentException("count " + count + ", error " + error + " (expected at least 1 and 0)");
        }
        add(KeySlots.hash(scope, key, offset, length), scope, key, offset, length, count, error, reads, writes, bytes);
    }

    /**
     * As above, for a caller that has a hash already.
     *
     * @param hash of scope and key, always the same for the same, with all 64 bits well mixed
     */
    public void add(
            long hash,
            int scope,
            byte[] key,
            int offset,
            int length,
            long count,
            long error,
            long reads,
            long writes,
            long bytes) {
        totalSinceDrain += count;
        int slot = find(hash, scope, key, offset, length);
        if (slot < 0) {
            int at = filterIndex(hash);
            if (filter[at] + count + error <= minimum()) {
                filter[at] += count + error;
                return;
            }
            slot = admit(hash, scope, key, offset, length, filter[at]);
        }
        int cell = slot * CELL;
        cells[cell + SEEN] += count;
        cells[cell + ERROR] += error;
        cells[cell + READS] += reads;
        cells[cell + WRITES] += writes;
        cells[cell + BYTES] += bytes;
        siftDown(heapIndex[slot]);
    }

    /** Most occurrences in this epoch of a key that has no counter. */
    public long minimum() {
        return size < capacity ? 0 : count(heap[0]);
    }

    /** Number of keys that have a counter. */
    public int size() {
        return size;
    }

    /**
     * Occurrences of handed-out keys that never were: between two drains more such keys lost their counters than there are
     * counters. The bounds hold all the same, counts are lower than they could be.
     */
    public long dropped() {
        return dropped;
    }

    /** Hands out the gains since the last call, of all keys that matter: see above. */
    public void drain(Sink sink) {
        for (int i = 0; i < lost; i++) {
            int at = i * NUMBERS;
            sink.key(
                    lostKeys.scope(i),
                    lostKeys.key(i),
                    lostNumbers[at + SEEN],
                    lostNumbers[at + ERROR],
                    lostNumbers[at + READS],
                    lostNumbers[at + WRITES],
                    lostNumbers[at + BYTES]);
        }
        lost = 0;
        long threshold = Math.min(minimum(), totalSinceDrain / capacity);
        totalSinceDrain = 0;
        for (int slot = 0; slot < size; slot++) {
            int cell = slot * CELL;
            if (gain(cell, SEEN) > 0 && (known[slot] || cells[cell + SEEN] > threshold)) {
                sink.key(
                        keys.scope(slot),
                        keys.key(slot),
                        gain(cell, SEEN),
                        gain(cell, ERROR),
                        gain(cell, READS),
                        gain(cell, WRITES),
                        gain(cell, BYTES));
                System.arraycopy(cells, cell, cells, cell + NUMBERS, NUMBERS);
                known[slot] = true;
                handedOut[bloomWord(hashes[slot])] |= bloomBits(hashes[slot]);
            }
        }
    }

    /** Hands out the keys that were seen most in this epoch, most first, with all that was seen; leaves gains as they are. */
    public void top(int most, Sink sink) {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, slot -> slot);
        Arrays.sort(order, (a, b) -> Long.compare(cells[b * CELL + SEEN], cells[a * CELL + SEEN]));
        for (int i = 0; i < Math.min(most, size); i++) {
            int slot = order[i];
            int cell = slot * CELL;
            sink.key(
                    keys.scope(slot),
                    keys.key(slot),
                    cells[cell + SEEN],
                    cells[cell + ERROR],
                    cells[cell + READS],
                    cells[cell + WRITES],
                    cells[cell + BYTES]);
        }
    }

    /** Begins a new epoch: see above. Gains that the next {@link #drain} owes are kept for it. */
    public void restart() {
        for (int slot = 0; slot < size; slot++) {
            keepGains(slot);
        }
        Arrays.fill(table, 0);
        Arrays.fill(handedOut, 0);
        Arrays.fill(filter, 0);
        size = 0;
        totalSinceDrain = 0;
    }

    private int admit(long hash, int scope, byte[] key, int offset, int length, long error) {
        int slot;
        boolean isFree = size < capacity;
        if (isFree) {
            slot = size++;
            heap[slot] = slot;
            heapIndex[slot] = slot;
        } else {
            slot = heap[0];
            filter[filterIndex(hashes[slot])] = count(slot);
            keepGains(slot);
            unlink(slot);
        }
        int cell = slot * CELL;
        Arrays.fill(cells, cell, cell + CELL, 0);
        cells[cell + ERROR] = error;
        hashes[slot] = hash;
        long bits = bloomBits(hash);
        known[slot] = (handedOut[bloomWord(hash)] & bits) == bits;
        keys.set(slot, scope, key, offset, length, hash);
        int i = (int) hash & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        table[i] = slot + 1;
        if (isFree) {
            siftUp(heapIndex[slot]);
        }
        return slot;
    }

    private void keepGains(int slot) {
        int cell = slot * CELL;
        if (known[slot] && gain(cell, SEEN) > 0) {
            if (lost == capacity) {
                dropped += gain(cell, SEEN); // the bounds hold all the same: its error covers it when it comes back
                return;
            }
            keys.copy(slot, lostKeys, lost);
            for (int n = 0; n < NUMBERS; n++) {
                lostNumbers[lost * NUMBERS + n] = gain(cell, n);
            }
            lost++;
        }
    }

    private int filterIndex(long hash) {
        return (int) (hash >>> 16) & filter.length - 1;
    }

    private int bloomWord(long hash) {
        return (int) ((hash >>> 40) % handedOut.length);
    }

    /** Three bits of one word. */
    private static long bloomBits(long hash) {
        return 1L << (hash >>> 22) | 1L << (hash >>> 28) | 1L << (hash >>> 34);
    }

    private long gain(int cell, int number) {
        return cells[cell + number] - cells[cell + NUMBERS + number];
    }

    private long count(int slot) {
        return cells[slot * CELL + SEEN] + cells[slot * CELL + ERROR];
    }

    private int find(long hash, int scope, byte[] key, int offset, int length) {
        for (int i = (int) hash & mask; table[i] != 0; i = (i + 1) & mask) {
            int slot = table[i] - 1;
            if (hashes[slot] == hash && keys.holds(slot, scope, key, offset, length)) {
                return slot;
            }
        }
        return -1;
    }

    /** Removes a slot from the table and closes the gap, so that a search may stop at the first free place. */
    private void unlink(int slot) {
        int free = (int) hashes[slot] & mask;
        while (table[free] != slot + 1) {
            free = (free + 1) & mask;
        }
        for (int i = (free + 1) & mask; table[i] != 0; i = (i + 1) & mask) {
            int home = (int) hashes[table[i] - 1] & mask;
            if (((i - home) & mask) >= ((i - free) & mask)) {
                table[free] = table[i];
                free = i;
            }
        }
        table[free] = 0;
    }

    private void siftDown(int from) {
        int slot = heap[from];
        long count = count(slot);
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && count(heap[child + 1]) < count(heap[child])) {
                child++;
            }
            if (count(heap[child]) >= count) {
                break;
            }
            put(heap[child], at);
            at = child;
        }
        put(slot, at);
    }

    private void siftUp(int from) {
        int slot = heap[from];
        long count = count(slot);
        int at = from;
        while (at > 0 && count(heap[(at - 1) / 2]) > count) {
            put(heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }
        put(slot, at);
    }

    private void put(int slot, int at) {
        heap[at] = slot;
        heapIndex[slot] = at;
    }

    /** Takes keys, one call each. */
    public interface Sink {
        /**
         * One key.
         *
         * @param scope as it was offered
         * @param key the key, the receiver's own
         * @param count occurrences
         * @param error occurrences that may have been missed
         * @param reads of count
         * @param writes of count
         * @param bytes bytes of values
         */
        void key(int scope, byte[] key, long count, long error, long reads, long writes, long bytes);
    }
}
