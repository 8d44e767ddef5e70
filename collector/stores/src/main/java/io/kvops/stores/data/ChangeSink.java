package io.kvops.stores.data;

/** Is told what changed in a store. A key may be told that did not change. */
@FunctionalInterface
public interface ChangeSink {
    /** A record was written or removed. */
    void changed(Slice key);
}
