package io.kvops.migration.transform;

import io.kvops.migration.filter.Glob;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;

/** Leaves out fields of hashes whose names match a glob. */
final class DropFields implements TransformProvider {
    @Override
    public String name() {
        return "drop";
    }

    @Override
    public String usage() {
        return "FIELD-GLOB";
    }

    @Override
    public RecordTransform of(String argument) {
        if (argument.isEmpty()) {
            throw new IllegalArgumentException("which fields?");
        }
        Glob glob = new Glob(argument);
        return (next, clock) -> new ForwardingSink() {
            @Override
            protected RecordSink to() {
                return next;
            }

            @Override
            public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
                if (!glob.matches(name)) {
                    next.field(name, value, expiresAtMillis);
                }
            }
        };
    }
}
