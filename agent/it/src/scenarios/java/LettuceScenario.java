import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/** Arguments: port of the server, port where replies come 20 ms late. */
public final class LettuceScenario {
    private static Witness witness;

    public static void main(String[] arguments) throws Exception {
        Class.forName("io.lettuce.core.protocol.Command");
        witness = Witness.install();
        int port = Integer.parseInt(arguments[0]);
        RedisClient client = RedisClient.create();
        try (StatefulRedisConnection<String, String> connection = client.connect(uri(port, 0))) {
            sync(connection.sync());
            async(connection);
            reactive(connection.reactive());
            transactions(connection.sync());
            cancelled(connection);
            killed(client, connection, port);
        }
        witness.step("database");
        try (StatefulRedisConnection<String, String> connection = client.connect(uri(port, 2))) {
            connection.sync().get("user:1");
            connection.sync().select(3);
            connection.sync().get("user:1");
        }
        expired(client, port);
        slow(client, Integer.parseInt(arguments[1]));
        witness.finish();
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }

    private static RedisURI uri(int port, int database) {
        return RedisURI.builder()
                .withHost("localhost")
                .withPort(port)
                .withDatabase(database)
                .withTimeout(Duration.ofSeconds(5))
                .build();
    }

    private static void sync(RedisCommands<String, String> redis) {
        witness.step("sync");
        redis.flushall();
        redis.set("user:1", "hello");
        redis.get("user:1");
        redis.get("user:2");
        redis.set("user:1", "other", SetArgs.Builder.nx());
        redis.hset("cart:1", "item", "7");
        redis.mget("user:1", "user:2");
        redis.eval(
                "return redis.call('get', KEYS[1])", io.lettuce.core.ScriptOutputType.VALUE, new String[] {"user:1"});
        redis.ping();
        redis.del("user:3", "user:4");
        redis.xread(XReadArgs.Builder.block(20), XReadArgs.StreamOffset.from("stream:1", "0"));
        redis.xread(XReadArgs.StreamOffset.from("stream:1", "0"));
        try {
            redis.lpush("user:1", "x");
        } catch (io.lettuce.core.RedisCommandExecutionException e) {
            witness.step("sync");
        }
    }

    private static void async(StatefulRedisConnection<String, String> connection) throws Exception {
        witness.step("async");
        RedisAsyncCommands<String, String> redis = connection.async();
        redis.get("user:1").get();
        redis.get("user:2").get();
        try {
            redis.lpush("user:1", "x").get();
        } catch (java.util.concurrent.ExecutionException e) {
            witness.step("pipeline");
        }
        connection.setAutoFlushCommands(false);
        List<RedisFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(redis.incr("counter"));
        }
        connection.flushCommands();
        for (RedisFuture<?> future : futures) {
            future.get();
        }
        connection.setAutoFlushCommands(true);
    }

    private static void reactive(RedisReactiveCommands<String, String> redis) {
        witness.step("reactive");
        redis.get("user:1").block();
        redis.get("user:2").block();
        redis.mget("user:1", "user:2").collectList().block();
        try {
            redis.lpush("user:1", "x").block();
        } catch (io.lettuce.core.RedisCommandExecutionException e) {
            witness.step("reactive again");
        }
        reactor.core.publisher.Mono<String> get = redis.get("user:1");
        get.block();
        get.block();
    }

    private static void transactions(RedisCommands<String, String> redis) {
        witness.step("exec");
        redis.watch("user:1");
        redis.multi();
        redis.get("user:1");
        redis.set("a", "b");
        redis.exec();
        witness.step("discard");
        redis.multi();
        redis.get("user:1");
        redis.discard();
    }

    private static void cancelled(StatefulRedisConnection<String, String> connection) throws Exception {
        witness.step("timeout");
        connection.setTimeout(Duration.ofMillis(50));
        try {
            connection.sync().blpop(1, "nothing");
        } catch (io.lettuce.core.RedisCommandTimeoutException e) {
            connection.setTimeout(Duration.ofSeconds(5));
        }
        connection.sync().ping();
        witness.step("cancel");
        connection.async().blpop(1, "nothing").cancel(true);
        Disposable disposable = connection.reactive().blpop(1, "nothing").subscribe();
        disposable.dispose();
        connection.sync().ping();
    }

    /** The command under way is written again after the reconnect: still one operation. */
    private static void killed(RedisClient client, StatefulRedisConnection<String, String> connection, int port)
            throws Exception {
        witness.step("killed");
        Long id = connection.sync().dispatch(
                io.lettuce.core.protocol.CommandType.CLIENT,
                new io.lettuce.core.output.IntegerOutput<>(io.lettuce.core.codec.StringCodec.UTF8),
                new io.lettuce.core.protocol.CommandArgs<>(io.lettuce.core.codec.StringCodec.UTF8).add("ID"));
        RedisFuture<?> pop = connection.async().blpop(10, "list:1");
        try (StatefulRedisConnection<String, String> other = client.connect(uri(port, 0))) {
            other.sync().clientKill(io.lettuce.core.KillArgs.Builder.id(id));
            other.sync().lpush("list:1", "x");
            pop.get(5, TimeUnit.SECONDS);
        }
    }

    private static void expired(RedisClient client, int port) throws Exception {
        witness.step("expired");
        client.setOptions(ClientOptions.builder()
                .timeoutOptions(TimeoutOptions.builder()
                        .fixedTimeout(Duration.ofMillis(50))
                        .build())
                .build());
        try (StatefulRedisConnection<String, String> connection = client.connect(uri(port, 0))) {
            try {
                connection.async().blpop(1, "nothing").get();
            } catch (java.util.concurrent.ExecutionException e) {
                witness.step("expired");
            }
        }
        client.setOptions(ClientOptions.create());
    }

    private static void slow(RedisClient client, int slowPort) throws Exception {
        try (StatefulRedisConnection<String, String> connection = client.connect(uri(slowPort, 0))) {
            connection.sync().get("warm-up");
            witness.step("slow sync");
            for (int i = 0; i < 20; i++) {
                connection.sync().get("user:1");
            }
            witness.step("slow async");
            for (int i = 0; i < 20; i++) {
                connection.async().get("user:1").get();
            }
            witness.step("slow reactive");
            for (int i = 0; i < 20; i++) {
                connection.reactive().get("user:1").block();
            }
        }
    }
}
