package io.kvops.migration.transform;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import java.util.function.UnaryOperator;

/** Changes headers, and nothing else. */
final class Headers extends ForwardingSink {
    private final RecordSink next;
    private final UnaryOperator<RecordHeader> change;

    Headers(RecordSink next, UnaryOperator<RecordHeader> change) {
        this.next = next;
        this.change = change;
    }

    @Override
    protected RecordSink to() {
        return next;
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        next.begin(change.apply(header));
    }
}
