package io.kvops.demo;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/** What visitors see, over a pool of Jedis connections: products, page views, carts, the list of bestsellers, prices. */
final class Storefront {
    static final int PRODUCTS = 20_000;
    static final int IN_THE_SALE = 20_000;
    private static final Zipf POPULARITY = new Zipf(PRODUCTS, 1.1);
    private static final String SALE = "sale:products";
    private static final String BESTSELLERS = "bestsellers:today";
    private static final long CATALOG_DATABASE_NANOS = 300_000;
    private static final int PAGE_VIEWS_AT_ONCE = 20;
    private static final int ONE_CART_IN_IS_TAKEN_FOR_A_STRING = 200;

    /** Best price over all sets of discounts. It touches no key and keeps Redis, which has one thread, from everyone else. */
    private static final String BEST_PRICE = "local best = tonumber(ARGV[1]) for i = 1, tonumber(ARGV[2]) do"
            + " local p = ARGV[1] * (1 - (i % 37) / 100) if p < best then best = p end end return tostring(best)";

    private final RedisClient redis;
    private final Truth truth;
    private final LocalDate today;

    /** @param today names the day's counters */
    Storefront(RedisClient redis, Truth truth, LocalDate today) {
        this.redis = redis;
        this.truth = truth;
        this.today = today;
    }

    /** The shop's own preparation: a set large enough that reading all of it is slow. */
    void stockTheShelves() {
        for (int first = 0; first < IN_THE_SALE; first += 1_000) {
            String[] members = new String[1_000];
            for (int i = 0; i < members.length; i++) {
                members[i] = "product-" + (first + i);
            }
            try (AbstractPipeline pipeline = redis.pipelined()) {
                pipeline.sadd(SALE, members);
                pipeline.sync();
            }
            truth.redis("SADD", 1);
        }
    }

    /** A product page: from the cache, or on a miss from a (simulated) catalogue database. */
    Clerk productPages(SplittableRandom random) {
        return () -> {
            String key = "product:" + POPULARITY.draw(random);
            String product = truth.redis("GET", () -> redis.get(key));
            if (product == null) {
                LockSupport.parkNanos(CATALOG_DATABASE_NANOS);
                String loaded = "{\"name\":\"" + key + "\",\"text\":\"" + "x".repeat(100 + random.nextInt(400)) + "\"}";
                SetParams expiring = SetParams.setParams().ex(5 + random.nextInt(10));
                truth.redis("SET", () -> redis.set(key, loaded, expiring));
            }
            if (random.nextInt(10) == 0) {
                String[] related = new String[8];
                for (int i = 0; i < related.length; i++) {
                    related[i] = "product:" + POPULARITY.draw(random);
                }
                truth.redis("MGET", () -> redis.mget(related));
            }
        };
    }

    /** Counters of page views, a pipeline at a time. */
    Clerk pageViews(SplittableRandom random) {
        return () -> {
            try (AbstractPipeline pipeline = redis.pipelined()) {
                for (int i = 0; i < PAGE_VIEWS_AT_ONCE; i++) {
                    pipeline.incr("views:" + POPULARITY.draw(random) + ":" + today);
                }
                pipeline.expire("views:0:" + today, 86_400);
                pipeline.sync();
            }
            truth.redis("INCR", PAGE_VIEWS_AT_ONCE);
            truth.redis("EXPIRE", 1);
        };
    }

    /** Carts: hashes that fill, are looked at and given up. */
    Clerk carts(SplittableRandom random) {
        return () -> {
            String key = "cart:" + random.nextInt(5_000);
            String product = "p" + POPULARITY.draw(random);
            truth.redis("HSET", () -> redis.hset(key, product, "1"));
            truth.redis("HINCRBY", () -> redis.hincrBy(key, product, 1 + random.nextInt(3)));
            truth.redis("HGETALL", () -> redis.hgetAll(key));
            if (random.nextInt(5) == 0) {
                truth.redis("HDEL", () -> redis.hdel(key, product));
            }
            if (random.nextInt(20) == 0) {
                truth.redis("DEL", () -> redis.del(key));
            } else if (random.nextInt(ONE_CART_IN_IS_TAKEN_FOR_A_STRING) == 0) {
                try {
                    truth.redis("GET", () -> redis.get(key));
                } catch (JedisDataException expected) {
                    // WRONGTYPE: a cart is a hash; the shop has a bug and lives with it
                }
            }
        };
    }

    /** The bestsellers: a sorted set that grows and is read from the top. */
    Clerk bestsellers(SplittableRandom random) {
        return () -> {
            Map<String, Double> sold = new HashMap<>();
            for (int i = 0; i < 5; i++) {
                sold.put("p" + POPULARITY.draw(random), (double) random.nextInt(1_000));
            }
            truth.redis("ZADD", () -> redis.zadd(BESTSELLERS, sold));
            truth.redis("ZINCRBY", () -> redis.zincrby(BESTSELLERS, 1, "p" + POPULARITY.draw(random)));
            truth.redis("ZRANGE", () -> redis.zrange(BESTSELLERS, 0, 19));
            truth.redis("ZSCORE", () -> redis.zscore(BESTSELLERS, "p0"));
        };
    }

    /** What makes the shop slow now and then: the whole sale list, and a script that calculates for milliseconds. */
    Clerk slowWork(SplittableRandom random) {
        return () -> {
            truth.redis("SMEMBERS", () -> redis.smembers(SALE));
            int rounds = 20_000 + random.nextInt(60_000);
            truth.redis(
                    "EVAL",
                    () -> redis.eval(
                            BEST_PRICE,
                            List.of("product:" + POPULARITY.draw(random)),
                            List.of("99.9", String.valueOf(rounds))));
        };
    }
}
