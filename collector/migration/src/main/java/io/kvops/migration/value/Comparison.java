package io.kvops.migration.value;

import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.RecordHeader;

/**
 * What of two stores' records can be compared: what both can hold.
 *
 * @param expiry whether records' expiries are compared
 * @param toleranceMillis how far they may be apart
 * @param fieldExpiry whether the expiries of fields are compared
 */
public record Comparison(boolean expiry, long toleranceMillis, boolean fieldExpiry) {
    /** Of what two stores can hold. */
    public static Comparison of(Capabilities one, Capabilities other) {
        long finest = Math.max(one.expiryMillis(), other.expiryMillis());
        return new Comparison(
                one.expiry() && other.expiry(), finest <= 1 ? 0 : finest, one.fieldExpiry() && other.fieldExpiry());
    }

    boolean sameExpiry(RecordHeader one, RecordHeader other) {
        if (!expiry) {
            return true;
        }
        if (one.expires() != other.expires()) {
            return false;
        }
        return Math.abs(one.expiresAtMillis() - other.expiresAtMillis()) <= toleranceMillis;
    }
}
