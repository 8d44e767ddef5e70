package io.kvops.tasks;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a task in its file {@code task}: properties, and in the last line a checksum of all before it.
 *
 * @param fruitless how many runs in a row ended with their process before they kept a checkpoint
 */
record TaskRecord(
        String id,
        TaskRequest request,
        TaskState state,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        int runs,
        int fruitless,
        String owner,
        Map<String, String> result,
        String error) {
    private static final String SUM = "#crc32c=";

    TaskRecord {
        result = Map.copyOf(result);
    }

    static TaskRecord fresh(String id, TaskRequest request, Instant now, String owner) {
        return new TaskRecord(id, request, TaskState.SCHEDULED, now, null, null, 0, 0, owner, Map.of(), "");
    }

    TaskRecord to(TaskState next) {
        return new TaskRecord(id, request, next, created, started, null, runs, fruitless, owner, Map.of(), "");
    }

    TaskRecord ownedBy(String newOwner) {
        return new TaskRecord(id, request, state, created, started, ended, runs, fruitless, newOwner, result, error);
    }

    TaskRecord running(Instant now) {
        Instant first = started == null ? now : started;
        return new TaskRecord(
                id, request, TaskState.RUNNING, created, first, null, runs + 1, fruitless + 1, owner, Map.of(), "");
    }

    TaskRecord fruitful() {
        return new TaskRecord(id, request, state, created, started, ended, runs, 0, owner, result, error);
    }

    TaskRecord end(TaskState last, Instant now, Map<String, String> newResult, String newError) {
        return new TaskRecord(
                id, request, last, created, started, now, runs, 0, owner, newResult, Text.oneLine(newError));
    }

    byte[] encode() {
        Properties all = new Properties();
        all.setProperty("format", "1");
        all.setProperty("id", id);
        all.setProperty("kind", request.kind());
        all.setProperty("title", request.title());
        all.setProperty("asker", request.asker());
        all.setProperty("key", request.key());
        all.setProperty("overlap", request.overlap().toString());
        all.setProperty("state", state.toString());
        all.setProperty("created", created.toString());
        all.setProperty("started", started == null ? "" : started.toString());
        all.setProperty("ended", ended == null ? "" : ended.toString());
        all.setProperty("runs", Integer.toString(runs));
        all.setProperty("fruitless", Integer.toString(fruitless));
        all.setProperty("owner", owner);
        all.setProperty("error", error);
        request.arguments().forEach((name, value) -> all.setProperty("argument." + name, value));
        result.forEach((name, value) -> all.setProperty("result." + name, value));
        StringWriter text = new StringWriter();
        try {
            all.store(text, null);
        } catch (IOException e) {
            throw new IllegalStateException("a StringWriter does not fail", e);
        }
        String body = text.toString();
        return (body + SUM + sum(body) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException if it is not what {@link #encode} made: says why */
    static TaskRecord decode(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int at = text.lastIndexOf(SUM);
        if (at < 0 || !text.substring(at).equals(SUM + sum(text.substring(0, at)) + "\n")) {
            throw new IOException("its checksum is wrong");
        }
        Properties all = new Properties();
        try {
            all.load(new StringReader(text.substring(0, at)));
            if (!all.getProperty("format", "").equals("1")) {
                throw new IOException("its format is " + all.getProperty("format") + " (expected 1)");
            }
            TaskRequest request = new TaskRequest(
                    get(all, "kind"),
                    get(all, "title"),
                    get(all, "asker"),
                    get(all, "key"),
                    Overlap.valueOf(get(all, "overlap").toUpperCase(Locale.ROOT)),
                    under(all, "argument."));
            return new TaskRecord(
                    get(all, "id"),
                    request,
                    TaskState.valueOf(get(all, "state").toUpperCase(Locale.ROOT)),
                    Instant.parse(get(all, "created")),
                    instant(get(all, "started")),
                    instant(get(all, "ended")),
                    Integer.parseInt(get(all, "runs")),
                    Integer.parseInt(get(all, "fruitless")),
                    get(all, "owner"),
                    under(all, "result."),
                    get(all, "error"));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("it can't be understood: " + e.getMessage(), e);
        }
    }

    private static String get(Properties all, String name) throws IOException {
        String value = all.getProperty(name);
        if (value == null) {
            throw new IOException("it has no " + name);
        }
        return value;
    }

    private static @Nullable Instant instant(String text) {
        return text.isEmpty() ? null : Instant.parse(text);
    }

    private static Map<String, String> under(Properties all, String prefix) {
        Map<String, String> found = new TreeMap<>();
        for (String name : all.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), all.getProperty(name));
            }
        }
        return found;
    }

    private static String sum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
