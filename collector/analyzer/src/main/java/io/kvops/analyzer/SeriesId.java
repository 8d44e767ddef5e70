package io.kvops.analyzer;

import io.kvops.wire.SeriesKey;
import org.jspecify.annotations.Nullable;

/** A series of one instance. Interned by {@link SeriesRegistry}; the hash is kept, as ids are looked up in every cell. */
final class SeriesId {
    /** What the heap holds for one id and its strings, roughly, in bytes. */
    static final int APPROXIMATE_BYTES = 500;

    final String service;
    final String instance;
    final SeriesKey key;
    private final int hash;

    /** Cells that hold this id; kept by the registry. */
    int uses;

    SeriesId(String service, String instance, SeriesKey key) {
        this.service = service;
        this.instance = instance;
        this.key = key;
        this.hash = (service.hashCode() * 31 + instance.hashCode()) * 31 + key.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof SeriesId that
                        && hash == that.hash
                        && key.equals(that.key)
                        && instance.equals(that.instance)
                        && service.equals(that.service));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return service + "/" + instance + " " + key;
    }
}
