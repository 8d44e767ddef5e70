package io.kvops.stores.redis;

import io.kvops.op.CommandTable;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreEvent.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The server's log of slow commands, each entry an event once. Entries that were there at the first look are not told: they
 * are as old as the server. Of a command its name, its key and the number of its words are told, never values.
 */
final class SlowLog {
    /** Read at a time; more than these since the last look are counted as missed. */
    static final int READ = 128;

    private static final int MAX_KEY_CHARS = 128;

    private SlowLog() {}

    static void put(List<Object> entries, Memories.Memory memory, ProbeContext context, Reading into) {
        long newest = -1;
        List<StoreEvent> events = new ArrayList<>();
        long oldest = Long.MAX_VALUE;
        for (Object entry : entries) {
            if (!(entry instanceof List<?> e && e.size() >= 4 && e.get(0) instanceof Long id)) {
                continue;
            }
            newest = Math.max(newest, id);
            oldest = Math.min(oldest, id);
            if (memory.slowest != Memories.Memory.NOTHING && id > memory.slowest) {
                events.add(event(id, e, context));
            }
        }
        boolean full = entries.size() >= READ;
        if (memory.slowest != Memories.Memory.NOTHING && full && oldest > memory.slowest + 1) {
            memory.missed += oldest - memory.slowest - 1;
        }
        // an emptied log goes on counting
        memory.slowest = Math.max(newest, memory.slowest == Memories.Memory.NOTHING ? -1 : memory.slowest);
        into.put("redis.slowlog.entries.count.total", memory.slowest + 1);
        into.put("redis.slowlog.missed.count.total", memory.missed);
        for (int i = events.size() - 1; i >= 0; i--) {
            into.event(events.get(i));
        }
    }

    private static StoreEvent event(long id, List<?> entry, ProbeContext context) {
        List<?> words = entry.get(3) instanceof List<?> list ? list : List.of();
        String command = words.isEmpty() ? "?" : String.valueOf(words.get(0)).toUpperCase(Locale.ROOT);
        Map<String, String> details = new TreeMap<>();
        details.put("id", Long.toString(id));
        details.put("micros", String.valueOf(entry.get(2)));
        details.put("command", printable(command));
        details.put("words", Integer.toString(words.size()));
        String key = context.keys() ? key(command, words) : "";
        if (!key.isEmpty()) {
            details.put("key", key);
        }
        if (entry.size() > 5) {
            details.put("client", printable(String.valueOf(entry.get(4))));
            details.put("clientName", printable(String.valueOf(entry.get(5))));
        }
        long at = entry.get(1) instanceof Long seconds ? seconds : 0;
        String title = printable(command) + (key.isEmpty() ? "" : " " + key) + " took " + entry.get(2) + " us";
        return new StoreEvent(
                Instant.ofEpochSecond(at), StoreEvent.Type.SLOW_OPERATION, Severity.WARNING, title, details);
    }

    /** The first key; empty if the table does not know where this command has one. */
    private static String key(String command, List<?> words) {
        int index = CommandTable.keyIndex(command);
        if (index < 0 && index != CommandTable.KEY_UNKNOWN && -index < words.size()) {
            index = "0".equals(words.get(-index)) ? 0 : 1 - index;
        }
        return index >= 1 && index < words.size() ? printable(String.valueOf(words.get(index))) : "";
    }

    /** ASCII stays, any other byte becomes \xHH. */
    static String printable(String bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            if (text.length() >= MAX_KEY_CHARS) {
                return text.append("...").toString();
            }
            char c = bytes.charAt(i);
            if (c >= ' ' && c < 127) {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return text.toString();
    }
}
