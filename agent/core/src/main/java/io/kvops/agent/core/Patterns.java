package io.kvops.agent.core;

import io.kvops.key.KeyTemplates;

/** Templates of keys, by small numbers, as {@link KeyTemplates} gives them, and one more for ops without a key. Any thread. */
final class Patterns {
    static final int MAX = 1 << 16;
    static final int OTHER = KeyTemplates.OTHER;

    /** Of ops that have no key; its text is empty. */
    static final int NONE = MAX - 1;

    private final KeyTemplates templates;
    private final DistinctKeys[] distinct;

    /** @param max most templates, 16 to 8192; takes about 2 KB each */
    Patterns(int max) {
        templates = new KeyTemplates(max);
        distinct = new DistinctKeys[max];
    }

    int of(byte[] key, int offset, int length) {
        return templates.idOf(key, offset, length);
    }

    /** A key of a pattern was met, perhaps not for the first time. */
    void met(int pattern, long keyHash) {
        if (pattern < distinct.length) {
            DistinctKeys estimate = distinct[pattern];
            if (estimate == null) {
                estimate = new DistinctKeys();
                distinct[pattern] = estimate;
            }
            estimate.add(keyHash);
        }
    }

    /** Estimate of the distinct keys met so far; 0 if there is none. */
    long distinct(int pattern) {
        DistinctKeys estimate = pattern < distinct.length ? distinct[pattern] : null;
        return estimate == null ? 0 : estimate.estimate();
    }

    String text(int id) {
        return id == NONE ? "" : templates.pattern(id);
    }

    long overflow() {
        return templates.overflow();
    }
}
