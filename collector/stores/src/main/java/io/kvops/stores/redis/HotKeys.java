package io.kvops.stores.redis;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreEvent.Severity;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * HOTKEYS GET (Redis 8.6 and later): the keys of a tracking session that somebody has started with HOTKEYS START, told once,
 * when the session has ended. The probe starts none by itself: that would change the server.
 */
final class HotKeys {
    private static final int MAX_KEYS = 20;

    private HotKeys() {}

    static void put(List<Object> answer, Memories.Memory memory, ProbeContext context, Reading into) {
        Map<String, Object> fields = fields(answer);
        boolean active = Long.valueOf(1).equals(fields.get("tracking-active"));
        into.put("redis.hotkeys.tracking.ratio", active ? 1 : 0);
        if (!(fields.get("collection-start-time-unix-ms") instanceof Long began) || active) {
            return;
        }
        if (memory.hotKeysSession != began) {
            memory.hotKeysSession = began;
            tell(fields, "by-cpu-time-us", "micros", "all-commands-all-slots-us", began, context, into);
            tell(fields, "by-net-bytes", "bytes", "net-bytes-all-commands-all-slots", began, context, into);
        }
    }

    private static void tell(
            Map<String, Object> fields,
            String list,
            String unit,
            String total,
            long began,
            ProbeContext context,
            Reading into) {
        if (!context.keys() || !(fields.get(list) instanceof List<?> keys)) {
            return;
        }
        double all = fields.get(total) instanceof Long l ? l : Double.NaN;
        for (int i = 0; i + 1 < Math.min(keys.size(), 2 * MAX_KEYS); i += 2) {
            String key = SlowLog.printable(String.valueOf(keys.get(i)));
            double value = Info.number(String.valueOf(keys.get(i + 1)), Double.NaN);
            Map<String, String> details = new HashMap<>();
            details.put("key", key);
            details.put(unit, String.valueOf(keys.get(i + 1)));
            if (all > 0) {
                details.put("share", String.format(java.util.Locale.ROOT, "%.4f", value / all));
            }
            into.event(new StoreEvent(
                    Instant.ofEpochMilli(began),
                    StoreEvent.Type.HOT_KEY,
                    Severity.INFO,
                    key + ": " + keys.get(i + 1) + (unit.equals("micros") ? " us of CPU" : " bytes of network"),
                    details));
        }
    }

    private static Map<String, Object> fields(List<Object> answer) {
        // newer servers wrap one session in a list of sessions
        List<?> flat = answer.size() == 1 && answer.get(0) instanceof List<?> inner ? inner : answer;
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(String.valueOf(flat.get(i)), flat.get(i + 1));
        }
        return fields;
    }
}
