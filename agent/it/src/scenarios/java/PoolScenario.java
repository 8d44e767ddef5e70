import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;

/**
 * Takes all of a pool's three connections, and waits for a fourth in two more threads. Arguments: port of a Redis; a file
 * whose appearance ends it.
 */
public final class PoolScenario {
    public static void main(String[] arguments) throws Exception {
        JedisPoolConfig config = new JedisPoolConfig();
        config.setMaxTotal(3);
        config.setJmxEnabled(false);
        try (JedisPool pool = new JedisPool(config, "127.0.0.1", Integer.parseInt(arguments[0]))) {
            List<Jedis> taken = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                taken.add(pool.getResource());
            }
            List<Thread> waiting = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Thread thread = new Thread(() -> pool.getResource().close());
                waiting.add(thread);
                thread.start();
            }
            while (!new File(arguments[1]).exists()) {
                LockSupport.parkNanos(50_000_000);
                taken.get(0).get("keeps:frames:coming");
            }
            for (Jedis jedis : taken) {
                jedis.close();
            }
            for (Thread thread : waiting) {
                thread.join();
            }
        }
    }
}
