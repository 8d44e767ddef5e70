package io.kvops.migration.transform;

import io.kvops.migration.filter.Glob;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import org.jspecify.annotations.Nullable;

/** Puts {@code ***} in the place of values of hash fields whose names match a glob, or of strings whose keys match one. */
final class Mask implements TransformProvider {
    private static final String FIELD = "field=";
    private static final String KEY = "key=";

    @Override
    public String name() {
        return "mask";
    }

    @Override
    public String usage() {
        return "field=GLOB|key=GLOB";
    }

    @Override
    public RecordTransform of(String argument) {
        boolean fields = argument.startsWith(FIELD);
        if (!fields && !argument.startsWith(KEY)) {
            throw new IllegalArgumentException("neither fields nor keys");
        }
        Glob glob = new Glob(argument.substring(fields ? FIELD.length() : KEY.length()));
        return (next, clock) -> new Masked(next, fields ? glob : null, fields ? null : glob);
    }

    private static final class Masked extends ForwardingSink {
        private final Slice mask = Slice.of("***");
        private final RecordSink next;
        private final @Nullable Glob fields;
        private final @Nullable Glob keys;
        private boolean masking;

        Masked(RecordSink next, @Nullable Glob fields, @Nullable Glob keys) {
            this.next = next;
            this.fields = fields;
            this.keys = keys;
        }

        @Override
        protected RecordSink to() {
            return next;
        }

        @Override
        public void begin(RecordHeader header) throws StoreException {
            masking = keys != null && header.type() == RecordType.STRING && keys.matches(header.key());
            next.begin(header);
        }

        @Override
        public void chunk(Slice bytes) throws StoreException {
            if (!masking) {
                next.chunk(bytes);
            }
        }

        @Override
        public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
            next.field(name, fields != null && fields.matches(name) ? mask : value, expiresAtMillis);
        }

        @Override
        public void end() throws StoreException {
            if (masking) {
                next.chunk(mask);
            }
            next.end();
        }
    }
}
