package io.kvops.agent.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Simple names of exception classes, by small numbers; number 0 is "other". Any thread. */
final class ErrorNames {
    static final int MAX = 1 << 8;

    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private final List<String> names = new ArrayList<>();

    ErrorNames() {
        names.add("other");
    }

    int id(@Nullable String name) {
        if (name == null) {
            return 0;
        }
        Integer id = ids.get(name);
        return id != null ? id : register(name);
    }

    private int register(String name) {
        synchronized (names) {
            Integer known = ids.get(name);
            if (known != null) {
                return known;
            }
            if (names.size() >= MAX) {
                return 0;
            }
            names.add(name);
            ids.put(name, names.size() - 1);
            return names.size() - 1;
        }
    }

    String get(int id) {
        synchronized (names) {
            return names.get(id);
        }
    }
}
