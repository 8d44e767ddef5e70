package io.kvops.migration.value;

import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.RecordHeader;

/**
 * What of two stores' records can be compared: what both can hold.
 *
 * @param expiry whether records' expiries are compared
 * @param toleranceMillis how far they may be apart: what each of the two rounds, and a second, as stores that count in seconds tell how
 *     long a record has, which is as old as the answer
 * @param fieldExpiry whether the expiries of fields are compared
 */
public record Comparison(boolean expiry, long toleranceMillis, boolean fieldExpiry) {
    private static final long ANSWER_MILLIS = 1_000;

    /** Of what two stores can hold. */
    public static Comparison of(Capabilities one, Capabilities other) {
        boolean exact = one.expiryMillis() == 1 && other.expiryMillis() == 1;
        return new Comparison(
                one.expiry() && other.expiry(),
                exact ? 0 : one.expiryMillis() + other.expiryMillis() + ANSWER_MILLIS,
                one.fieldExpiry() && other.fieldExpiry());
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
