package io.kvops.stores.format;

/**
 * What reading a file may cost. Memory is bounded by the longest piece that is held as one: an element, a line, a message;
 * the defaults for what a packed file may become stop files that were made to fill a disk.
 *
 * @param maxPieceBytes the longest element as the file has it, 64 KiB to 1 GiB; by default a 16th of the heap, at least 1 MiB
 * @param maxExpansion how many bytes of content may come out of one packed byte once {@code expansionFreeBytes} came out,
 *     1 to 1 000 000; 1 000 by default
 * @param expansionFreeBytes as much content is taken whatever it was packed to, at least 0; 4 GiB by default
 * @param maxContentBytes as much content is taken at most, at least 1; without a bound by default
 */
public record ReadLimits(int maxPieceBytes, int maxExpansion, long expansionFreeBytes, long maxContentBytes) {
    private static final int SMALLEST_PIECE_BYTES = 64 << 10;
    private static final int LARGEST_PIECE_BYTES = 1 << 30;

    public ReadLimits {
        if (maxPieceBytes < SMALLEST_PIECE_BYTES || maxPieceBytes > LARGEST_PIECE_BYTES) {
            throw new IllegalArgumentException("maxPieceBytes: " + maxPieceBytes + " (expected 65536 to 1073741824)");
        }
        if (maxExpansion < 1 || maxExpansion > 1_000_000) {
            throw new IllegalArgumentException("maxExpansion: " + maxExpansion + " (expected 1 to 1000000)");
        }
        if (expansionFreeBytes < 0) {
            throw new IllegalArgumentException("expansionFreeBytes: " + expansionFreeBytes + " (expected >= 0)");
        }
        if (maxContentBytes < 1) {
            throw new IllegalArgumentException("maxContentBytes: " + maxContentBytes + " (expected >= 1)");
        }
    }

    /** The limits that this JVM's heap suggests. */
    public static ReadLimits defaults() {
        long share = Runtime.getRuntime().maxMemory() / 16;
        return new ReadLimits(
                (int) Math.max(1 << 20, Math.min(share, LARGEST_PIECE_BYTES)), 1_000, 4L << 30, Long.MAX_VALUE);
    }

    /** @throws DamagedException if that much content out of that many packed bytes is more than is taken */
    void check(long packedBytes, long contentBytes) throws DamagedException {
        if (contentBytes > maxContentBytes) {
            throw DamagedException.last(
                    "it holds more than " + maxContentBytes
                            + " bytes; maxContentBytes allows more, if that is meant to be so",
                    null);
        }
        if (contentBytes > expansionFreeBytes && contentBytes / maxExpansion > packedBytes) {
            throw DamagedException.last(
                    "its first " + packedBytes + " bytes became " + contentBytes + ", more than " + maxExpansion
                            + " out of one; maxExpansion allows more, if that is meant to be so",
                    null);
        }
    }
}
