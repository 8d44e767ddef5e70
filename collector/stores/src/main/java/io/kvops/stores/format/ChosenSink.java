package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import org.jspecify.annotations.Nullable;

/** Hands on the records whose keys are wanted, their chunks no longer than wanted. */
final class ChosenSink extends ForwardingSink {
    private final ReadOptions options;
    private final RecordSink to;
    private final boolean any;
    private final Slice part = new Slice();
    private boolean chosen;

    /** @param any whether any record is wanted at all */
    ChosenSink(ReadOptions options, RecordSink to, boolean any) {
        this.options = options;
        this.to = to;
        this.any = any;
    }

    /** Whether the last record was handed on. */
    boolean chosen() {
        return chosen;
    }

    @Override
    protected @Nullable RecordSink to() {
        return chosen ? to : null;
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        chosen = any && options.keys().test(header.key());
        super.begin(header);
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        for (int at = 0; chosen && at < bytes.length(); at += options.chunkBytes()) {
            int length = Math.min(options.chunkBytes(), bytes.length() - at);
            super.chunk(part.set(bytes.array(), bytes.offset() + at, length));
        }
    }
}
