package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/** A small fixed set of strings: two array reads for the usual answer, which is no. Immutable once built; any thread. */
final class NameSet {
    private final @Nullable String[] table;
    private final int mask;

    NameSet(String[] names) {
        int size = 16;
        while (size < names.length * 4) {
            size <<= 1;
        }
        table = new String[size];
        mask = size - 1;
        for (String name : names) {
            int i = name.hashCode() & mask;
            while (table[i] != null) {
                i = (i + 1) & mask;
            }
            table[i] = name;
        }
    }

    boolean contains(String name) {
        int i = name.hashCode() & mask;
        for (String there = table[i]; there != null; there = table[i]) {
            if (there.equals(name)) {
                return true;
            }
            i = (i + 1) & mask;
        }
        return false;
    }
}
