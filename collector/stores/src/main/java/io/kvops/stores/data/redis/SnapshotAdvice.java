package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;

/**
 * Whether all of a database is better read from the snapshot for replicas than key by key: it costs the source a fork, and
 * sends all databases of the server.
 */
final class SnapshotAdvice {
    /** What a fork and its waiting are worth; some 2.5 µs are saved for each key. */
    static final long MIN_KEYS = 100_000;

    private static final long KEYS_PER_SECOND_WAITED = 400_000;
    private static final int DEFAULT_DELAY_SECONDS = 5;

    private final RespConnection connection;

    SnapshotAdvice(RespConnection connection) {
        this.connection = connection;
    }

    /** Why not, in one line; empty if nothing is against it. */
    String against(int database) throws StoreException {
        String refusal = FollowingAdvice.refusal(connection);
        if (!refusal.isEmpty()) {
            return "the source refuses replication (" + refusal + ")";
        }
        String info = connection.text("INFO");
        long keys = keys(info, database);
        long others = all(info) - keys;
        long wanted = MIN_KEYS + KEYS_PER_SECOND_WAITED * waits();
        if (keys < wanted) {
            return "the source has " + keys + " keys (a snapshot is worth its fork, and the wait for it, from " + wanted
                    + " on)";
        }
        if (others > keys) {
            return "the source's other databases have " + others + " keys, which a snapshot would have too";
        }
        long used = SourceLook.number(info, "used_memory_rss");
        long machine = SourceLook.number(info, "total_system_memory");
        if (machine > 0 && used > machine / 2) {
            return "the source uses " + used + " of its machine's " + machine
                    + " bytes, and the fork for a snapshot may need as much again";
        }
        return "";
    }

    private static long all(String info) {
        return info.lines()
                .filter(line -> line.matches("db\\d+:.*"))
                .mapToLong(SnapshotAdvice::keys)
                .sum();
    }

    private static long keys(String info, int database) {
        return info.lines()
                .filter(line -> line.startsWith("db" + database + ":"))
                .mapToLong(SnapshotAdvice::keys)
                .sum();
    }

    /** Of a line as {@code db0:keys=1,expires=0,avg_ttl=0}. */
    private static long keys(String line) {
        String count = line.replaceFirst(".*:keys=(\\d{1,18}),.*", "$1").strip();
        return count.matches("\\d+") ? Long.parseLong(count) : 0;
    }

    /** How many seconds the source waits for more replicas before it forks. */
    private long waits() throws StoreException {
        if (connection.setting("repl-diskless-sync").equals("no")) {
            return 0;
        }
        String delay = connection.setting("repl-diskless-sync-delay");
        return delay.matches("\\d{1,9}") ? Long.parseLong(delay) : DEFAULT_DELAY_SECONDS;
    }
}
