package io.kvops.history;

import io.kvops.op.OpClass;
import java.util.Objects;

/**
 * What is counted apart. In an answer that is grouped, a text that was not grouped by is empty.
 *
 * @param service name of the application
 * @param instance which run or host of it
 * @param store kind of store: redis, rocksdb, ...
 * @param endpoint host:port/db, or a path
 * @param op upper case: GET, HSET, ...
 * @param opClass class of the op; OTHER where not grouped by
 * @param pattern template of the keys; empty if the op has no key
 * @param internal sent by the client library, not by the application
 */
public record SeriesId(
        String service,
        String instance,
        String store,
        String endpoint,
        String op,
        OpClass opClass,
        String pattern,
        boolean internal) {
    public SeriesId {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(opClass, "opClass");
        Objects.requireNonNull(pattern, "pattern");
    }
}
