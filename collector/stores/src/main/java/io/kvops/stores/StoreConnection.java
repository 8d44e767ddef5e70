package io.kvops.stores;

/** One store, open. Used by one thread at a time; {@link #close} may come from another one. */
@FunctionalInterface
public interface StoreConnection extends AutoCloseable {
    /**
     * Measures once, in the time that {@link ProbeContext#timeout} allows; the thread is interrupted some time after it.
     *
     * @throws StoreException if nothing can be measured; what was put so far is not used, the connection is closed and
     *     opened anew the next time. What is missing in part is said by {@link Reading#missing} instead
     */
    void measure(Reading into) throws StoreException;

    /** What it is. */
    default StoreDescription describe() throws StoreException {
        return StoreDescription.of("other");
    }

    @Override
    default void close() {}
}
