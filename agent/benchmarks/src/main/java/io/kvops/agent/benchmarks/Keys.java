package io.kvops.agent.benchmarks;

import java.util.Random;
import java.util.UUID;

/** Keys of a run, drawn ahead, so that drawing them costs nothing. */
final class Keys {
    static final int ZIPF_KEYS = 100_000;
    static final int UNIFORM_KEYS = 1_000_000;

    private static final int DRAWS = 1 << 20;
    private static final long SEED = 42;

    private Keys() {}

    /** A shop's: four templates, 100 000 keys, the most frequent about 8 % of all (Zipf with exponent 1). */
    static String[] zipf() {
        Random random = new Random(SEED);
        String[] keys = new String[ZIPF_KEYS];
        double[] cumulative = new double[ZIPF_KEYS];
        double sum = 0;
        for (int i = 0; i < ZIPF_KEYS; i++) {
            keys[i] = key(i, random);
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
        String[] draws = new String[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            int at = java.util.Arrays.binarySearch(cumulative, random.nextDouble() * sum);
            draws[i] = keys[Math.min(ZIPF_KEYS - 1, at < 0 ? -at - 1 : at)];
        }
        return draws;
    }

    /** A million keys of one template, all as frequent: the worst case for anything that remembers keys. */
    static String[] uniform() {
        Random random = new Random(SEED);
        String[] draws = new String[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            draws[i] = "user:" + random.nextInt(UNIFORM_KEYS) + ":profile";
        }
        return draws;
    }

    private static String key(int i, Random random) {
        return switch (i % 4) {
            case 0 -> "product:" + i + ":price";
            case 1 -> "user:" + i + ":profile";
            case 2 -> "cart:{user" + i + "}:items";
            default -> "session:" + new UUID(random.nextLong(), random.nextLong());
        };
    }
}
