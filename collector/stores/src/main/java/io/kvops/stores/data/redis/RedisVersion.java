package io.kvops.stores.data.redis;

import io.kvops.stores.StoreDescription;

/**
 * What a server can do, by its product and version. How values are serialised is not told by servers: the numbers are those of
 * {@code RDB_VERSION} in the sources of each release.
 */
record RedisVersion(boolean valkey, int major, int minor) {
    static RedisVersion of(StoreDescription description) {
        String[] parts = description.version().split("\\.", 3);
        return new RedisVersion(description.product().equals("valkey"), number(parts, 0), number(parts, 1));
    }

    private static int number(String[] parts, int index) {
        try {
            return index < parts.length ? Integer.parseInt(parts[index]) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private boolean from(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    boolean streams() {
        return from(5, 0);
    }

    /** RESTORE with ABSTTL. */
    boolean restores() {
        return from(5, 0);
    }

    /** SET with PXAT, CREATECONSUMER, ids that are left out of a range. */
    boolean setsExpiry() {
        return from(6, 2);
    }

    /** PEXPIRETIME, XSETID and XGROUP CREATE with what streams keep since 7.0. */
    boolean seven() {
        return from(7, 0);
    }

    /** Fields of hashes expire: Redis 7.4, Valkey 9.0. */
    boolean fieldsExpire() {
        return valkey ? from(9, 0) : from(7, 4);
    }

    /**
     * In a cluster a cursor names a slot and a place in its table, so that cursors are no ranges of hashes: Redis 7.4, Valkey 8.0
     * ({@code addDictIndexToCursor} of {@code kvstore.c}).
     */
    boolean cursorsBySlot() {
        return valkey ? from(8, 0) : from(7, 4);
    }

    /** Valkey went on with numbers of its own, which Redis does not take, nor Valkey those of Redis from 7.4 on. */
    String dumpName() {
        return !restores() ? "" : valkey && from(9, 0) ? "valkey.dump" : "redis.dump";
    }

    int dumpVersion() {
        if (valkey) {
            return from(9, 0) ? 80 : 11;
        }
        if (from(7, 4)) {
            return 12;
        }
        return from(7, 2) ? 11 : from(7, 0) ? 10 : 9;
    }
}
