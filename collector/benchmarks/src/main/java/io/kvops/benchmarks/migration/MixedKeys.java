package io.kvops.benchmarks.migration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The keys that are measured: the same each time. */
final class MixedKeys {
    private static final long FAR_MILLIS = 4_102_444_800_000L;

    private MixedKeys() {}

    /** 70 % strings, 10 % hashes, the rest lists, sets, sorted sets and streams; 7 % expire; some 220 bytes each. */
    static void fill(RedisHost host, int keys) throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < keys; i++) {
            String key = "shop:" + i;
            List<String> command = new ArrayList<>();
            if (i % 10 < 7) {
                command.addAll(List.of("SET", key, text(random, 220)));
            } else if (i % 10 == 7) {
                command.addAll(List.of("HSET", key));
                for (int f = 0; f < 8; f++) {
                    command.addAll(List.of("field" + f, text(random, 20)));
                }
            } else {
                others(command, key, i / 10 % 4, random);
            }
            host.send(command.toArray(String[]::new));
            if (i % 100 < 7) {
                host.send("PEXPIREAT", key, Long.toString(FAR_MILLIS + i));
            }
        }
        host.settle();
    }

    private static void others(List<String> command, String key, int kind, Random random) {
        command.addAll(List.of(kind == 0 ? "RPUSH" : kind == 1 ? "SADD" : kind == 2 ? "ZADD" : "XADD", key));
        if (kind == 3) {
            command.add("1-1");
        }
        for (int e = 0; e < 10; e++) {
            if (kind == 2) {
                command.add(Integer.toString(random.nextInt(1_000)));
            } else if (kind == 3) {
                command.add("name" + e);
            }
            command.add(text(random, 20));
        }
    }

    static String text(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append(' ');
        }
        text.setLength(length);
        return text.toString();
    }
}
