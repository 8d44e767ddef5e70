package io.kvops.stores.data;

/**
 * The id of a stream's entry.
 *
 * @param millis unsigned
 * @param sequence unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    public static final StreamId ZERO = new StreamId(0, 0);

    /**
     * Reads {@code millis-sequence}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static StreamId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException("stream id: " + text + " (expected millis-sequence)");
        }
        return new StreamId(
                Long.parseUnsignedLong(text.substring(0, dash)), Long.parseUnsignedLong(text.substring(dash + 1)));
    }

    @Override
    public int compareTo(StreamId other) {
        int order = Long.compareUnsigned(millis, other.millis);
        return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
