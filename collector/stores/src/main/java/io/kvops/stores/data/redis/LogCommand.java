package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import java.util.List;

/**
 * A command of a replication log; its slices are lent until the next one is read.
 *
 * @param name in upper case
 * @param words all of it, the name first
 * @param raw as it was received
 * @param end the log's offset behind it
 */
record LogCommand(String name, List<Slice> words, Slice raw, long end) {
    Slice word(int index) {
        return words.get(index);
    }

    int size() {
        return words.size();
    }

    /** A word in upper case. */
    String option(int index) {
        return CommandParser.upper(words.get(index));
    }

    long number(int index) {
        return Long.parseLong(words.get(index).toText());
    }
}
