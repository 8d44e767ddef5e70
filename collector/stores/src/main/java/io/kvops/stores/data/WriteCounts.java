package io.kvops.stores.data;

/**
 * Records that a store has acknowledged.
 *
 * @param written records that it now holds
 * @param skipped records left alone as their keys were there
 * @param leftOut records that it cannot hold, left out
 * @param reduced records of those written that lack something the store cannot hold, as an expiry
 * @param expired records that were past their expiry when they were written, so that the store has dropped them
 * @param bytes of keys and values of those written, as they were sent
 */
public record WriteCounts(long written, long skipped, long leftOut, long reduced, long expired, long bytes) {
    public static final WriteCounts NONE = new WriteCounts(0, 0, 0, 0, 0, 0);

    /** All records that were taken, whatever became of them. */
    public long records() {
        return written + skipped + leftOut + expired;
    }

    /** Sums. */
    public WriteCounts plus(WriteCounts other) {
        return new WriteCounts(
                written + other.written,
                skipped + other.skipped,
                leftOut + other.leftOut,
                reduced + other.reduced,
                expired + other.expired,
                bytes + other.bytes);
    }
}
