package io.kvops.stores.redis;

import io.kvops.stores.Reading;
import java.util.Map;

/**
 * How far replicas are behind. A master knows the offset that each replica acknowledged; a replica knows only when its
 * master last spoke.
 */
final class Replication {
    private Replication() {}

    static void put(Info info, Reading into) {
        if (info.text("role").equals("master")) {
            master(info, into);
        } else if (info.text("role").equals("slave")) {
            replica(info, into);
        }
    }

    /** The role in the words of today; empty if it is not said. */
    static String role(Info info) {
        return switch (info.text("role")) {
            case "master" -> "master";
            case "slave" -> "replica";
            default -> "";
        };
    }

    private static void master(Info info, Reading into) {
        double offset = info.number("master_repl_offset");
        double bytes = Double.NaN;
        double seconds = Double.NaN;
        int online = 0;
        for (Map<String, String> replica : info.lists("slave").values()) {
            if (!"online".equals(replica.get("state"))) {
                continue;
            }
            online++;
            bytes = larger(bytes, Math.max(0, offset - Info.number(replica.get("offset"), Double.NaN)));
            seconds = larger(seconds, Info.number(replica.get("lag"), Double.NaN));
        }
        into.put("redis.replication.online.count", online);
        into.put("redis.replication.offset.bytes.total", offset);
        into.put("replication.lag.bytes", bytes);
        into.put("replication.lag.seconds", seconds);
    }

    private static void replica(Info info, Reading into) {
        boolean linked = info.text("master_link_status").equals("up");
        into.put("replication.linked.ratio", linked ? 1 : 0);
        into.put("redis.replication.offset.bytes.total", info.number("slave_repl_offset"));
        double read = info.number("slave_read_repl_offset");
        into.put("replication.lag.bytes", Math.max(0, read - info.number("slave_repl_offset")));
        double silent = info.number("master_last_io_seconds_ago");
        double broken = info.number("master_link_down_since_seconds");
        double lag = linked ? silent : broken;
        if (lag >= 0) {
            into.put("replication.lag.seconds", lag);
        }
    }

    private static double larger(double known, double next) {
        return Double.isNaN(known) || next > known ? next : known;
    }
}
