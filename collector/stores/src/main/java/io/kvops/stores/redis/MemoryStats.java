package io.kvops.stores.redis;

import io.kvops.stores.Reading;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreEvent.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What MEMORY STATS says beyond INFO, and MEMORY DOCTOR's advice when it changes. */
final class MemoryStats {
    static final Map<String, String> FIELDS = Map.of(
            "keys.bytes-per-key", "redis.memory.each.key.bytes",
            "overhead.total", "redis.memory.overhead.all.bytes",
            "dataset.bytes", "redis.memory.data.bytes",
            "clients.normal", "redis.memory.clients.all.bytes",
            "lua.caches", "redis.memory.lua.bytes",
            "functions.caches", "redis.memory.functions.bytes",
            "allocator.allocated", "redis.allocator.allocated.bytes",
            "allocator.active", "redis.allocator.active.bytes",
            "allocator.resident", "redis.allocator.resident.bytes");

    private MemoryStats() {}

    static void put(List<Object> stats, Reading into) {
        for (int i = 0; i + 1 < stats.size(); i += 2) {
            String gauge = FIELDS.get(String.valueOf(stats.get(i)));
            if (gauge != null) {
                into.put(gauge, Info.number(String.valueOf(stats.get(i + 1)), Double.NaN));
            }
        }
    }

    /** Its issues are lines that begin with a star; the figures in them change all the time, their headings do not. */
    static void advice(String doctor, Memories.Memory memory, Instant now, Reading into) {
        String advice = doctor.lines()
                .map(String::strip)
                .filter(l -> l.startsWith("*"))
                .map(l -> l.substring(1, l.indexOf(':') > 0 ? l.indexOf(':') : l.length())
                        .strip())
                .collect(Collectors.joining("; "));
        if (!advice.isEmpty() && !advice.equals(memory.advice)) {
            into.event(new StoreEvent(
                    now,
                    StoreEvent.Type.ADVICE,
                    Severity.WARNING,
                    "the server's memory doctor: " + advice,
                    Map.of("text", doctor.length() > 4_000 ? doctor.substring(0, 4_000) : doctor)));
        }
        memory.advice = advice;
    }
}
