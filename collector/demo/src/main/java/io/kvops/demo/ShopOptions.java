package io.kvops.demo;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the shop is told on its command line.
 *
 * @param host host of the Redis
 * @param port port of the Redis, 1 to 65535
 * @param rocksdb folder of the RocksDB; made if missing
 * @param seconds how long the shop is open, 1 to 86 400
 * @param truth file that gets the shop's own counts
 * @param seed of everything random
 * @param opsPerSecond operations per second to aim at, 100 to 1 000 000; fewer where the machine or Redis is slower
 */
record ShopOptions(String host, int port, Path rocksdb, int seconds, Path truth, long seed, int opsPerSecond) {
    static final String USAGE =
            "usage: java -jar kvops-demo.jar --redis HOST:PORT --rocksdb DIR --seconds N --truth FILE [--seed N] [--rate OPS_PER_SECOND]";
    static final int DEFAULT_OPS_PER_SECOND = 12_000;

    private static final Set<String> REQUIRED = Set.of("--redis", "--rocksdb", "--seconds", "--truth");
    private static final Set<String> OPTIONAL = Set.of("--seed", "--rate");

    ShopOptions {
        require(port >= 1 && port <= 65_535, "--redis: port " + port + " (expected 1 to 65535)");
        require(seconds >= 1 && seconds <= 86_400, "--seconds: " + seconds + " (expected 1 to 86400)");
        require(
                opsPerSecond >= 100 && opsPerSecond <= 1_000_000,
                "--rate: " + opsPerSecond + " (expected 100 to 1000000)");
    }

    /** @throws IllegalArgumentException with one line that names the wrong option */
    static ShopOptions parse(String... args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            require(REQUIRED.contains(args[i]) || OPTIONAL.contains(args[i]), "unknown option " + args[i]);
            require(i + 1 < args.length, args[i] + ": value missing");
            require(given.put(args[i], args[i + 1]) == null, args[i] + ": given twice");
        }
        String redis = need(given, "--redis");
        int colon = redis.lastIndexOf(':');
        require(colon > 0, "--redis: " + redis + " (expected HOST:PORT)");
        return new ShopOptions(
                redis.substring(0, colon),
                (int) number("--redis", redis.substring(colon + 1)),
                Path.of(need(given, "--rocksdb")),
                (int) number("--seconds", need(given, "--seconds")),
                Path.of(need(given, "--truth")),
                number("--seed", given.getOrDefault("--seed", "1")),
                (int) number("--rate", given.getOrDefault("--rate", String.valueOf(DEFAULT_OPS_PER_SECOND))));
    }

    private static String need(Map<String, String> given, String option) {
        String value = given.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return value;
    }

    private static long number(String option, String text) {
        try {
            long value = Long.parseLong(text);
            require(option.equals("--seed") || value == (int) value, option + ": " + text + " is too large");
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": " + text + " (expected a number)", e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
