package io.kvops.demo;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Flux;

/**
 * Sessions of the visitors, {@code session:{uuid}}, kept in Redis with a time to live. Three clerks share them over one
 * Lettuce connection, one for each of its ways to call: logins asynchronous, page loads synchronous, the operator's list
 * reactive.
 */
final class Sessions {
    private static final int LOGINS_AT_ONCE = 16;
    private static final int LISTED_AT_ONCE = 12;
    private static final int ONE_PAGE_IN_LOGS_OUT = 50;
    private static final int ONE_PAGE_IN_USES_OLD_CODE = 400;
    private static final long TTL_SECONDS = 1_800;

    private final StatefulRedisConnection<String, String> redis;
    private final Truth truth;
    private final AtomicReferenceArray<String> known = new AtomicReferenceArray<>(4_096);

    Sessions(StatefulRedisConnection<String, String> redis, Truth truth) {
        this.redis = redis;
        this.truth = truth;
    }

    /** Several visitors log in at once: SET without waiting for each other. */
    Clerk logins(SplittableRandom random) {
        return () -> {
            List<CompletableFuture<?>> counted = new ArrayList<>(LOGINS_AT_ONCE);
            for (int i = 0; i < LOGINS_AT_ONCE; i++) {
                String key = newKey(random);
                String visitor = "visitor=" + random.nextInt(100_000) + ";since=" + i;
                counted.add(redis.async()
                        .set(key, visitor, SetArgs.Builder.ex(TTL_SECONDS))
                        .toCompletableFuture()
                        .whenComplete((reply, failure) -> truth.redis("SET", 1)));
                known.set(random.nextInt(known.length()), key);
            }
            CompletableFuture.allOf(counted.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        };
    }

    /** One page load: read the session, keep it alive; now and then a log-out, or old code that takes it for a hash. */
    Clerk pageLoads(SplittableRandom random) {
        return () -> {
            String key = pick(random);
            truth.redis("GET", () -> redis.sync().get(key));
            if (random.nextInt(ONE_PAGE_IN_LOGS_OUT) == 0) {
                truth.redis("DEL", () -> redis.sync().del(key));
            } else {
                truth.redis("EXPIRE", () -> redis.sync().expire(key, TTL_SECONDS));
            }
            if (random.nextInt(ONE_PAGE_IN_USES_OLD_CODE) == 0) {
                try {
                    truth.redis("HGET", () -> redis.sync().hget(key, "visitor"));
                } catch (RedisCommandExecutionException expected) {
                    // WRONGTYPE, as long as the session exists: the old code has been wrong for years
                }
            }
        };
    }

    /** The operator's screen: many sessions at a time, streamed. */
    Clerk operatorList(SplittableRandom random) {
        return () -> {
            List<String> keys = new ArrayList<>(LISTED_AT_ONCE);
            for (int i = 0; i < LISTED_AT_ONCE; i++) {
                keys.add(pick(random));
            }
            Flux.fromIterable(keys)
                    .flatMap(key -> redis.reactive().get(key).doOnTerminate(() -> truth.redis("GET", 1)))
                    .blockLast();
            redis.reactive()
                    .ttl(keys.get(0))
                    .doOnTerminate(() -> truth.redis("TTL", 1))
                    .block();
        };
    }

    private String pick(RandomGenerator random) {
        String key = known.get(random.nextInt(known.length()));
        return key == null ? newKey(random) : key;
    }

    /** A random (version 4, variant 2) UUID from the shop's seed. */
    private static String newKey(RandomGenerator random) {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return "session:" + new UUID(high, low);
    }
}
