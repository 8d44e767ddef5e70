package io.kvops.wire;

import io.kvops.op.OpClass;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What makes a series: everything that is counted apart. */
public final class SeriesKey {
    private final String store;
    private final String endpoint;
    private final String op;
    private final OpClass opClass;
    private final String pattern;
    private final boolean internal;

    /**
     * @param store kind of store, lower case: redis, rocksdb, ...
     * @param endpoint host:port/db, or a path
     * @param op upper case: GET, HSET, PUT, ...
     * @param opClass class of the op
     * @param pattern template of the keys, as user:{n}:profile; empty if the op has no key
     * @param internal true for what a client library sends by itself (handshake, pool check)
     */
    public SeriesKey(String store, String endpoint, String op, OpClass opClass, String pattern, boolean internal) {
        this.store = Objects.requireNonNull(store, "store");
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
        this.op = Objects.requireNonNull(op, "op");
        this.opClass = Objects.requireNonNull(opClass, "opClass");
        this.pattern = Objects.requireNonNull(pattern, "pattern");
        this.internal = internal;
    }

    public String store() {
        return store;
    }

    public String endpoint() {
        return endpoint;
    }

    public String op() {
        return op;
    }

    public OpClass opClass() {
        return opClass;
    }

    public String pattern() {
        return pattern;
    }

    public boolean internal() {
        return internal;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        if (!(other instanceof SeriesKey)) {
            return false;
        }
        SeriesKey that = (SeriesKey) other;
        return is(that.store, that.endpoint, that.op, that.opClass, that.pattern, that.internal);
    }

    boolean is(
            String otherStore,
            String otherEndpoint,
            String otherOp,
            OpClass otherClass,
            String otherPattern,
            boolean otherInternal) {
        return internal == otherInternal
                && opClass == otherClass
                && store.equals(otherStore)
                && endpoint.equals(otherEndpoint)
                && op.equals(otherOp)
                && pattern.equals(otherPattern);
    }

    @Override
    public int hashCode() {
        return Objects.hash(store, endpoint, op, opClass, pattern, internal);
    }

    @Override
    public String toString() {
        return store + "://" + endpoint + " " + op + " " + pattern + (internal ? " (internal)" : "");
    }
}
