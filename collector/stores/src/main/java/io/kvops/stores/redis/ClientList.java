package io.kvops.stores.redis;

import io.kvops.stores.Reading;

/** CLIENT LIST in a few figures. It is asked only of servers with at most {@link #MAX_CLIENTS} clients. */
final class ClientList {
    /** Some 400 bytes each. */
    static final int MAX_CLIENTS = 5_000;

    private static final long LONG_IDLE_SECONDS = 300;

    private ClientList() {}

    static void put(String text, Reading into) {
        double[] sums = new double[5];
        text.lines().forEach(line -> {
            double idle = field(line, "idle");
            sums[0] = Math.max(sums[0], idle);
            sums[1] += idle >= LONG_IDLE_SECONDS ? 1 : 0;
            sums[2] = Math.max(sums[2], field(line, "omem"));
            sums[3] += field(line, "omem");
            sums[4] = Math.max(sums[4], field(line, "tot-mem"));
        });
        into.put("redis.clients.idle.max.seconds", sums[0]);
        into.put("redis.clients.idle.long.count", sums[1]);
        into.put("redis.clients.output.max.bytes", sums[2]);
        into.put("redis.clients.output.bytes", sums[3]);
        into.put("redis.clients.memory.max.bytes", sums[4]);
    }

    private static double field(String line, String name) {
        int at = line.indexOf(" " + name + "=");
        if (at < 0) {
            return Double.NaN; // older servers do not say all
        }
        int from = at + name.length() + 2;
        int to = line.indexOf(' ', from);
        return Info.number(line.substring(from, to < 0 ? line.length() : to), Double.NaN);
    }
}
