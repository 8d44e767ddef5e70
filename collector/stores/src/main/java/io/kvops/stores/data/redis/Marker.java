package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a target keeps of a replay, under the key {@code 00 kvops:live}: whose it is, and up to where its source's log was applied.
 * It is written in the same transaction as the changes. Readers pass over it.
 *
 * @param task who replays
 * @param replid the source's replication id, empty while there is no whole copy
 * @param offset of the log, of the last byte that was applied
 * @param db the log's database at that point, -1 if none was chosen
 */
record Marker(String task, String replid, long offset, int db) {
    static final byte[] KEY = RespConnection.ascii("\0kvops:live");
    private static final Pattern TEXT = Pattern.compile("1 ([A-Za-z0-9-]+) ([0-9a-zA-Z]*) (\\d{1,19}) (-?\\d{1,9})");

    /** Whether a key is that of a marker. */
    static boolean is(Slice key) {
        if (key.length() != KEY.length || key.at(0) != 0) {
            return false;
        }
        return Slice.of(KEY).equals(key);
    }

    /** One of a target whose copy is not whole. */
    static Marker copying(String task) {
        return new Marker(task, "", 0, -1);
    }

    boolean copied() {
        return !replid.isEmpty();
    }

    /** Reads one; null if it is none. */
    static @Nullable Marker parse(String text) {
        Matcher words = TEXT.matcher(text);
        return words.matches()
                ? new Marker(
                        words.group(1),
                        words.group(2),
                        Long.parseLong(words.group(3)),
                        Integer.parseInt(words.group(4)))
                : null;
    }

    /** What a target has; null for none, or one that makes no sense. */
    static @Nullable Marker read(RespConnection target) throws StoreException {
        return parse(target.text("GET", (Object) KEY));
    }

    /** Gives expiries back, and takes the marker away. */
    static void remove(RespConnection target) throws StoreException {
        LateExpiry.restore(target);
        try {
            target.ask("DEL", (Object) KEY).okay();
        } catch (IOException e) {
            throw target.broken(e);
        } catch (ErrorReply e) {
            throw target.refused(e);
        }
    }

    String text() {
        return "1 " + task + " " + replid + " " + offset + " " + db;
    }
}
