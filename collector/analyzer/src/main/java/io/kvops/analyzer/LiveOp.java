package io.kvops.analyzer;

/** Exact counts of one operation of one store since the analyzer was opened. Guarded by the analyzer's lock. */
final class LiveOp {
    final Name name;

    /** Its place in the arrays of {@link LiveSecond}. */
    final int slot;

    long count;
    long errors;
    long misses;

    LiveOp(Name name, int slot) {
        this.name = name;
        this.slot = slot;
    }

    /** One operation of one store; the class in lower case. */
    record Name(String store, String op, String opClass) {}
}
