package io.kvops.analyzer;

import io.kvops.wire.HotKeyDelta;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** One key of one store. */
final class HotKeyId {
    /** By store, endpoint and key: any fixed order will do for keys that are used equally often. */
    static final Comparator<HotKeyId> ORDER = Comparator.comparing((HotKeyId id) -> id.store)
            .thenComparing(id -> id.endpoint)
            .thenComparing(id -> id.key, Arrays::compareUnsigned)
            .thenComparing(id -> id.hashed);

    final String store;
    final String endpoint;
    final byte[] key;
    final boolean hashed;
    private final int hash;

    HotKeyId(String store, String endpoint, byte[] key, boolean hashed) {
        this.store = store;
        this.endpoint = endpoint;
        this.key = key;
        this.hashed = hashed;
        this.hash = (Arrays.hashCode(key) * 31 + store.hashCode()) * 31 + endpoint.hashCode();
    }

    static HotKeyId of(HotKeyDelta delta) {
        return new HotKeyId(delta.store(), delta.endpoint(), delta.key(), delta.hashed());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof HotKeyId that
                        && hash == that.hash
                        && hashed == that.hashed
                        && Arrays.equals(key, that.key)
                        && store.equals(that.store)
                        && endpoint.equals(that.endpoint));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
