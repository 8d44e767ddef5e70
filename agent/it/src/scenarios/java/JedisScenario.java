import java.lang.reflect.InvocationTargetException;
import java.util.Collections;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XReadParams;

/** Arguments: port of the server, port where replies come 20 ms late, port where none comes. */
public final class JedisScenario {
    private static Witness witness;
    private static int port;

    public static void main(String[] arguments) throws Exception {
        port = Integer.parseInt(arguments[0]);
        Class.forName("redis.clients.jedis.Connection");
        witness = Witness.install();
        single();
        transactions();
        pipelines();
        pool();
        unified();
        blocking();
        subscription();
        failures(Integer.parseInt(arguments[2]));
        slow(Integer.parseInt(arguments[1]));
        witness.finish();
    }

    private static void single() {
        witness.step("single");
        try (Jedis jedis = new Jedis("localhost", port)) {
            jedis.flushAll();
            jedis.set("user:1", "hello");
            jedis.get("user:1");
            jedis.get("user:2");
            jedis.get("user:1".getBytes());
            jedis.set("user:1", "other", new SetParams().nx());
            jedis.hset("cart:1", "item", "7");
            jedis.mset("m:1", "a", "m:2", "b");
            jedis.mget("m:1", "m:2");
            jedis.eval("return redis.call('get', KEYS[1])", 1, "user:1");
            jedis.ping();
            jedis.select(3);
            jedis.get("user:1");
            jedis.select(0);
            jedis.del("m:1", "m:2");
            try {
                jedis.lpush("user:1", "x");
            } catch (JedisDataException e) {
                witness.step("after error");
            }
            jedis.get("user:1");
        }
    }

    private static void transactions() {
        try (Jedis jedis = new Jedis("localhost", port)) {
            witness.step("exec");
            jedis.watch("user:1");
            Transaction transaction = jedis.multi();
            transaction.get("user:1");
            transaction.set("a", "b");
            transaction.lpush("a", "not a list");
            transaction.exec();
            witness.step("discard");
            transaction = jedis.multi();
            transaction.get("user:1");
            transaction.discard();
            witness.step("watch fails");
            jedis.watch("a");
            transaction = jedis.multi();
            transaction.get("user:1");
            try (Jedis other = new Jedis("localhost", port)) {
                other.set("a", "c");
            }
            transaction.exec();
            witness.step("left");
            transaction = jedis.multi();
            transaction.get("user:1");
            transaction.close();
        }
    }

    private static void pipelines() {
        try (Jedis jedis = new Jedis("localhost", port)) {
            witness.step("pipeline");
            Pipeline pipeline = jedis.pipelined();
            pipeline.get("user:1");
            pipeline.get("user:2");
            pipeline.lpush("user:1", "x");
            pipeline.set("p:1", "123");
            pipeline.sync();
            pipeline.get("p:1");
            pipeline.syncAndReturnAll();
            witness.step("big pipeline");
            for (int i = 0; i < 2_000; i++) {
                pipeline.incr("counter");
            }
            pipeline.sync();
        }
    }

    private static void pool() {
        witness.step("pool");
        JedisPoolConfig config = new JedisPoolConfig();
        config.setTestOnBorrow(true);
        try (JedisPool pool = new JedisPool(config, "localhost", port, 2_000, null, 2)) {
            for (int i = 0; i < 2; i++) {
                try (Jedis jedis = pool.getResource()) {
                    jedis.set("pooled", "1");
                }
            }
        }
    }

    private static void unified() throws Exception {
        witness.step("unified");
        try (UnifiedJedis jedis = pooledClient(port)) {
            jedis.set("user:1", "hello");
            jedis.get("user:1");
            jedis.mget("user:1", "user:2");
            try {
                jedis.lpush("user:1", "x");
            } catch (JedisDataException e) {
                witness.step("unified");
            }
        }
    }

    /** Its name changed in version 8. */
    private static UnifiedJedis pooledClient(int port) throws Exception {
        try {
            return (UnifiedJedis) Class.forName("redis.clients.jedis.JedisPooled")
                    .getConstructor(String.class, int.class)
                    .newInstance("localhost", port);
        } catch (ClassNotFoundException e) {
            try {
                return (UnifiedJedis) Class.forName("redis.clients.jedis.RedisClient")
                        .getMethod("create", String.class, int.class)
                        .invoke(null, "localhost", port);
            } catch (InvocationTargetException failed) {
                throw (Exception) failed.getCause();
            }
        }
    }

    private static void blocking() {
        witness.step("blocking");
        try (Jedis jedis = new Jedis("localhost", port)) {
            jedis.blpop(1, "nothing");
            jedis.xread(
                    XReadParams.xReadParams().block(20),
                    Collections.singletonMap("stream:1", new StreamEntryID()));
            jedis.xread(
                    XReadParams.xReadParams(), Collections.singletonMap("stream:1", new StreamEntryID()));
        }
    }

    private static void subscription() throws Exception {
        witness.step("subscription");
        try (Jedis subscriber = new Jedis("localhost", port)) {
            subscriber.subscribe(
                    new JedisPubSub() {
                        @Override
                        public void onSubscribe(String channel, int subscribed) {
                            try (Jedis jedis = new Jedis("localhost", port)) {
                                jedis.publish("channel", "hello");
                            }
                        }

                        @Override
                        public void onMessage(String channel, String message) {
                            unsubscribe();
                        }
                    },
                    "channel");
            witness.step("after subscription");
            Pipeline pipeline = subscriber.pipelined();
            pipeline.get("user:1");
            pipeline.sync();
        }
    }

    private static void failures(int mutePort) {
        witness.step("timeout");
        try (Jedis jedis = new Jedis("localhost", mutePort)) {
            jedis.connect();
            jedis.getConnection().setSoTimeout(50);
            jedis.get("user:1");
        } catch (JedisConnectionException e) {
            witness.step("closed");
        }
        try (Jedis jedis = new Jedis("localhost", port);
                Jedis killer = new Jedis("localhost", port)) {
            long id = jedis.clientId();
            Pipeline pipeline = jedis.pipelined();
            pipeline.get("user:1");
            pipeline.get("user:2");
            killer.sendCommand(
                    redis.clients.jedis.Protocol.Command.CLIENT, "KILL", "ID", String.valueOf(id));
            try {
                pipeline.sync();
            } catch (JedisConnectionException e) {
                witness.step("refused");
            }
        } catch (JedisConnectionException e) {
            witness.step("refused");
        }
        try (Jedis jedis = new Jedis("localhost", 1)) {
            jedis.get("user:1");
        } catch (JedisConnectionException e) {
            witness.step("none");
        }
    }

    private static void slow(int slowPort) throws Exception {
        witness.step("slow");
        try (Jedis jedis = new Jedis("localhost", slowPort)) {
            for (int i = 0; i < 20; i++) {
                jedis.get("user:1");
            }
            Pipeline pipeline = jedis.pipelined();
            for (int i = 0; i < 20; i++) {
                pipeline.incr("counter");
            }
            pipeline.sync();
            witness.step("slow transaction");
            for (int i = 0; i < 5; i++) {
                Transaction transaction = jedis.multi();
                transaction.get("user:1");
                transaction.exec();
            }
        }
    }
}
