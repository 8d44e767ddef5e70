package io.kvops.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words of one frame under construction, in the order of their first use. Index 0 is the empty string. */
final class StringTable {
    private final Map<String, Integer> indices = new HashMap<>();
    private final List<String> strings = new ArrayList<>();

    StringTable() {
        indices.put("", 0);
    }

    void add(String text) {
        if (indices.putIfAbsent(text, strings.size() + 1) == null) {
            strings.add(text);
        }
    }

    int indexOf(String text) {
        Integer index = indices.get(text);
        if (index == null) {
            throw new IllegalStateException("not in the frame's string table: " + text);
        }
        return index;
    }

    List<String> strings() {
        return strings;
    }
}
