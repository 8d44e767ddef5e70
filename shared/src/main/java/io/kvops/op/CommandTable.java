package io.kvops.op;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of operations by their names: the class, and where a command's keys stand. The table is the resource {@code
 * operations.txt}, from Redis' and Valkey's own {@code COMMAND}; it is read at the first question. Names may be in any
 * case. Any thread may ask.
 */
public final class CommandTable {
    /** {@link #keyIndex} of a command whose key position shows only in its words, as that of XREAD. */
    public static final int KEY_UNKNOWN = Integer.MIN_VALUE;

    /** Behind the name of a command that waits for data because it has this word: {@code XREAD BLOCK}. */
    public static final String BLOCKS = " BLOCK";

    private static final String REDIS = "redis";
    private static final String ANY = "*";
    private static final Map<String, Map<String, Entry>> TABLE = load();
    private static final Entry UNKNOWN = new Entry(OpClass.OTHER, "?", ' ');

    private CommandTable() {}

    /**
     * The class of an operation.
     *
     * @param store kind of store: redis, valkey, rocksdb, ...; one without operations of its own has those of embedded
     *     stores, then Redis commands
     * @param op its name; with {@link #BLOCKS} behind it, where a command that waits only on demand was told to
     * @return {@link OpClass#OTHER} if the name is not known
     */
    public static OpClass opClass(String store, String op) {
        return op.endsWith(BLOCKS) ? OpClass.BLOCKING : entry(store, op).opClass;
    }

    /**
     * Where the first key of a Redis command stands among its words.
     *
     * @return 1 or more: the index of the word (0 is the command itself; the command may be too short to have it); 0: no
     *     key; -n: the number of keys stands at word n, the first key after it; {@link #KEY_UNKNOWN} also for a command that
     *     is not known
     */
    public static int keyIndex(String op) {
        return entry(REDIS, op).keyIndex;
    }

    /** Distance between the keys of a command that takes any number of them, to its end; 0 if it has one, or a fixed number. */
    public static int keyStep(String op) {
        return entry(REDIS, op).keyStep;
    }

    /** Number of words at the end of a command that are not keys, where {@link #keyStep} is not 0: 1 for BLPOP's timeout. */
    public static int wordsAfterKeys(String op) {
        return entry(REDIS, op).wordsAfterKeys;
    }

    /** True for what only client libraries send, for themselves: HELLO, AUTH, CLIENT. */
    public static boolean isInternal(String store, String op) {
        return entry(store, op).mark == '!';
    }

    /** True for what client libraries send for themselves at times, and applications too: PING, SELECT, CLUSTER. */
    public static boolean mayBeInternal(String store, String op) {
        return entry(store, op).mark == '?';
    }

    /** True for a Redis command that waits for data if it has the word BLOCK: then it is {@link OpClass#BLOCKING}. */
    public static boolean blocksOnDemand(String op) {
        return entry(REDIS, op).mark == '~';
    }

    private static Entry entry(String store, String op) {
        String section = store.equals("valkey") ? REDIS : store;
        Entry found = find(section, op);
        if (found == null && !TABLE.containsKey(section)) {
            found = find(ANY, op);
            found = found == null ? find(REDIS, op) : found;
        }
        return found == null ? UNKNOWN : found;
    }

    private static @Nullable Entry find(String section, String op) {
        Map<String, Entry> entries = TABLE.get(section);
        if (entries == null) {
            return null;
        }
        Entry found = entries.get(op);
        return found == null ? entries.get(op.toUpperCase(Locale.ROOT)) : found;
    }

    private static Map<String, Map<String, Entry>> load() {
        Map<String, Map<String, Entry>> table = new HashMap<>();
        Map<String, Entry> section = new HashMap<>();
        try (InputStream in = CommandTable.class.getResourceAsStream("operations.txt")) {
            if (in == null) {
                return table; // a jar without it: every operation is OTHER, nothing fails
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = new HashMap<>(512);
                    table.put(line.substring(1, line.length() - 1), section);
                } else if (!line.isEmpty() && line.charAt(0) != '#') {
                    addLine(section, line);
                }
            }
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addLine(Map<String, Entry> section, String line) {
        int classEnd = line.indexOf(' ');
        int keyEnd = line.indexOf(' ', classEnd + 1);
        OpClass opClass = OpClass.valueOf(line.substring(0, classEnd));
        String key = line.substring(classEnd + 1, keyEnd);
        Entry plain = new Entry(opClass, key, ' ');
        for (int start = keyEnd + 1; start < line.length(); ) {
            int end = line.indexOf(' ', start);
            end = end < 0 ? line.length() : end;
            char mark = line.charAt(end - 1);
            boolean marked = mark == '!' || mark == '?' || mark == '~';
            section.put(line.substring(start, marked ? end - 1 : end), marked ? new Entry(opClass, key, mark) : plain);
            start = end + 1;
        }
    }

    /** One line's worth; shared by the names of the line. */
    private static final class Entry {
        final OpClass opClass;
        final int keyIndex;
        final int keyStep;
        final int wordsAfterKeys;
        final char mark;

        Entry(OpClass opClass, String key, char mark) {
            this.opClass = opClass;
            this.mark = mark;
            int range = key.indexOf("..");
            String first = range < 0 ? key : key.substring(0, range);
            String rest = range < 0 ? "" : key.substring(range + 2);
            if (first.equals("?")) {
                keyIndex = KEY_UNKNOWN;
            } else if (first.charAt(0) == '#') {
                keyIndex = -Integer.parseInt(first.substring(1));
            } else {
                keyIndex = Integer.parseInt(first);
            }
            keyStep = range < 0 ? 0 : rest.startsWith("/") ? Integer.parseInt(rest.substring(1)) : 1;
            wordsAfterKeys = rest.startsWith("-") ? Integer.parseInt(rest.substring(1)) : 0;
        }
    }
}
