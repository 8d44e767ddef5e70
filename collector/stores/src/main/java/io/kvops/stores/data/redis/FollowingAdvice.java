package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.FeedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks whether a server can be followed, and what may go wrong. */
final class FollowingAdvice {
    private static final long SMALL_MINUTES = 2;
    private static final int KIB = 1_024;

    private final RespConnection connection;
    private final List<String> lines = new ArrayList<>();

    FollowingAdvice(RespConnection connection) {
        this.connection = connection;
    }

    List<String> look(FeedOptions options, RedisVersion version) throws StoreException {
        if (!version.seven()) {
            lines.add(
                    "the source is older than 7.0: changed keys are read again and written whole, which costs more for"
                            + " large values");
        }
        permission();
        String info = connection.text("INFO");
        backlog(info);
        buffers();
        disk(options, SourceLook.number(info, "used_memory"));
        if (info.contains("role:slave")) {
            lines.add("the source is a replica itself: what its master does not send it, it can't send on");
        }
        return List.copyOf(lines);
    }

    private void permission() throws StoreException {
        String refusal = refusal(connection);
        if (!refusal.isEmpty()) {
            lines.add("the source refuses replication (" + refusal
                    + "); ACL SETUSER ... +psync +replconf, or a provider that allows it");
        }
    }

    /** What a server says that lets this user not replicate; empty if it may, or does not tell. */
    static String refusal(RespConnection connection) throws StoreException {
        try {
            connection.ask("REPLCONF", "capa", "eof").okay();
            String user = connection.ask("ACL", "WHOAMI").text();
            String verdict =
                    connection.ask("ACL", "DRYRUN", user, "PSYNC", "?", "-1").text();
            return verdict.equals("OK") ? "" : verdict;
        } catch (IOException e) {
            throw connection.broken(e);
        } catch (ErrorReply e) {
            // who may not ask is told when it begins; who may not replicate is told now
            return e.text().contains("replconf") || e.text().contains("REPLCONF") ? e.text() : "";
        }
    }

    private void backlog(String info) throws StoreException {
        String text = connection.setting("repl-backlog-size");
        long kibPerSecond = (long) Math.ceil(decimal(info, "instantaneous_input_kbps"));
        if (!text.matches("\\d{1,18}") || kibPerSecond <= 0) {
            return;
        }
        long seconds = Long.parseLong(text) / (kibPerSecond * KIB);
        if (seconds < SMALL_MINUTES * 60) {
            lines.add("repl-backlog-size of the source is " + text + " bytes, some " + seconds
                    + " s of what it is written now: a connection that breaks for longer, or a pause, means a new full"
                    + " copy; CONFIG SET repl-backlog-size "
                    + Math.max(64L << 20, kibPerSecond * KIB * 60 * SMALL_MINUTES));
        }
    }

    private static double decimal(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .filter(text -> text.matches("\\d{1,12}(\\.\\d{1,9})?"))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElse(0);
    }

    private void buffers() throws StoreException {
        String limits = connection.setting("client-output-buffer-limit");
        java.util.regex.Matcher replica = java.util.regex.Pattern.compile(
                        "(?:slave|replica) (\\d{1,18}) (\\d{1,18}) (\\d{1,9})")
                .matcher(limits);
        if (replica.find() && !replica.group(1).equals("0") && Long.parseLong(replica.group(1)) < 64L << 20) {
            lines.add("client-output-buffer-limit of the source lets replicas wait with " + replica.group(1)
                    + " bytes only: a snapshot that takes long is broken off; CONFIG SET client-output-buffer-limit"
                    + " \"replica 256mb 64mb 60\"");
        }
    }

    private void disk(FeedOptions options, long usedMemory) {
        Path folder = options.folder();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        try {
            long free = folder == null ? -1 : Files.getFileStore(folder).getUsableSpace();
            if (free >= 0 && usedMemory > free) {
                lines.add("the snapshot is received into " + options.folder() + ", where " + free
                        + " bytes are free, and the source takes " + usedMemory
                        + " of memory; choose another folder (--state)");
            }
        } catch (IOException e) {
            lines.add("how much room there is in " + options.folder() + " can't be said: " + e.getMessage());
        }
    }
}
