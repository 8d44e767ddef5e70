package io.kvops.migration.transform;

import io.kvops.stores.data.RecordSink;
import java.time.Clock;

/** Changes records on their way. Immutable; {@link #onto} is called once for each thread that copies. */
public interface RecordTransform {
    /**
     * Takes records, and hands on what becomes of them.
     *
     * @param next takes it; a record that it is not told of is left out
     */
    RecordSink onto(RecordSink next, Clock clock);

    /** Whether keys may become others. */
    default boolean changesKeys() {
        return false;
    }

    /** Whether the same record becomes the same each time; an expiry that counts from now does not. */
    default boolean steady() {
        return true;
    }

    /** Whether it looks at types or values; else they may come in the store's own form, which is faster. */
    default boolean readsValues() {
        return true;
    }
}
