package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Locale;

/** Tells what an error of the database means, by its text: the driver gives no codes. */
final class Failures {
    private Failures() {}

    static HistoryException of(String what, String place, SQLException e) {
        String message = line(e);
        Kind kind = kind(message);
        String advice = switch (kind) {
            case NEWER ->
                "; it was written by a newer version: use that one, or move the folder away; nothing was changed";
            case DAMAGED ->
                "; the file is damaged and was left as it is: move it aside (the journal is read again), or put"
                        + " a backup in its place";
            case LOCKED -> "; another process has it: end that one, or use another folder";
            case DISK -> "; nothing of this was written; make room or repair the disk, it is tried again";
            default -> "";
        };
        return new HistoryException(kind, what + ": " + place + ": " + message + advice, e);
    }

    /** The same for a query of a user. */
    static HistoryException ofQuery(SQLException e) {
        String message = line(e);
        boolean timedOut = e instanceof SQLTimeoutException || message.startsWith("INTERRUPT");
        if (timedOut) {
            return new HistoryException(
                    Kind.LIMIT, "query stopped: it took longer than allowed; ask for less, or allow more time", e);
        }
        if (kind(message) == Kind.LIMIT) {
            return new HistoryException(
                    Kind.LIMIT,
                    "query stopped: it took more memory than allowed; ask for less, or raise the history's memory limit",
                    e);
        }
        boolean isDisk = kind(message) == Kind.DISK;
        return new HistoryException(isDisk ? Kind.DISK : Kind.QUERY, "query failed: " + message, e);
    }

    /** True if the instance is of no more use. */
    static boolean isFatal(SQLException e) {
        String message = line(e).toLowerCase(Locale.ROOT);
        return has(message, "invalidated", "fatal error");
    }

    private static Kind kind(String text) {
        String message = text.toLowerCase(Locale.ROOT);
        if (has(message, "out of memory", "interrupt")) {
            return Kind.LIMIT;
        }
        if (has(message, "set lock", "conflicting lock")) {
            return Kind.LOCKED;
        }
        if (has(message, "newer version", "storage version", "version number")) {
            return Kind.NEWER;
        }
        if (has(
                message,
                "not a valid duckdb",
                "corrupt",
                "checksum",
                "serialization error",
                "replaying wal",
                // a file that was cut
                "could not read enough bytes",
                "could not read all bytes")) {
            return Kind.DAMAGED;
        }
        if (has(message, "io error", "no space", "invalidated", "fatal error", "could not write", "fsync")) {
            return Kind.DISK;
        }
        return Kind.FAILED;
    }

    private static boolean has(String message, String... words) {
        return List.of(words).stream().anyMatch(message::contains);
    }

    private static String line(SQLException e) {
        return String.valueOf(e.getMessage()).split("\\R", 2)[0];
    }
}
