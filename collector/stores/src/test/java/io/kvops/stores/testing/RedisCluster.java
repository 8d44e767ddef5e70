package io.kvops.stores.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A cluster of masters of our own on loopback ports. */
public final class RedisCluster implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int KEYS_AT_ONCE = 500;

    private final List<ServerProcess> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** Starts it, and waits until all nodes know of all. */
    public static RedisCluster start(Path folder, int masters) throws Exception {
        RedisCluster cluster = new RedisCluster();
        try {
            List<String> create = new ArrayList<>(List.of("redis-cli", "--cluster", "create"));
            for (int i = 0; i < masters; i++) {
                // the bus port is 10 000 higher
                int port = ServerProcess.freePort() % 20_000 + 20_000;
                cluster.nodes.add(ServerProcess.redis(
                        folder.resolve("n" + i), port, "--cluster-enabled", "yes", "--cluster-node-timeout", "20000"));
                create.add("127.0.0.1:" + port);
            }
            create.add("--cluster-yes");
            ServerProcess.output(create);
            await("a cluster").atMost(TIMEOUT).until(cluster::okay);
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private boolean okay() throws Exception {
        for (ServerProcess node : nodes) {
            if (!node.cli("CLUSTER", "INFO").contains("cluster_state:ok")) {
                return false;
            }
        }
        return true;
    }

    public List<ServerProcess> nodes() {
        return nodes;
    }

    public ServerProcess node(int index) {
        return nodes.get(index);
    }

    /** The address, by its first node. */
    public String address() {
        return "redis-cluster://127.0.0.1:" + nodes.get(0).port();
    }

    /** What the node that serves a key answers to a command. */
    public String cli(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("redis-cli", "-c", "-p", Integer.toString(nodes.get(0).port())));
        command.addAll(List.of(words));
        return ServerProcess.output(command).strip();
    }

    /** A slot begins to move. */
    public void beginMove(int slot, ServerProcess from, ServerProcess to) throws Exception {
        String of = Integer.toString(slot);
        expectOk(to.cli("CLUSTER", "SETSLOT", of, "IMPORTING", id(from)));
        expectOk(from.cli("CLUSTER", "SETSLOT", of, "MIGRATING", id(to)));
    }

    /** Keys of a slot that moves go over, as many or all there are. */
    public void moveKeys(int slot, ServerProcess from, ServerProcess to, int most) throws Exception {
        int left = most;
        while (left > 0) {
            int count = Math.min(left, KEYS_AT_ONCE);
            // the server itself moves what it has, so that keys of any bytes do
            String moved = from.cli(
                    "EVAL",
                    "local keys = redis.call('CLUSTER', 'GETKEYSINSLOT', ARGV[1], ARGV[2])"
                            + " for _, key in ipairs(keys) do"
                            + " redis.call('MIGRATE', '127.0.0.1', ARGV[3], key, 0, 5000) end return #keys",
                    "0",
                    Integer.toString(slot),
                    Integer.toString(count),
                    Integer.toString(to.port()));
            if (!moved.strip().matches("\\d+")) {
                throw new AssertionError("slot " + slot + ": " + moved);
            }
            if (moved.strip().equals("0")) {
                return;
            }
            left -= Integer.parseInt(moved.strip());
        }
    }

    /** A slot has moved. */
    public void endMove(int slot, ServerProcess from, ServerProcess to) throws Exception {
        String of = Integer.toString(slot);
        expectOk(to.cli("CLUSTER", "SETSLOT", of, "NODE", id(to)));
        expectOk(from.cli("CLUSTER", "SETSLOT", of, "NODE", id(to)));
    }

    /** A slot moves with all its keys. */
    public void move(int slot, ServerProcess from, ServerProcess to) throws Exception {
        beginMove(slot, from, to);
        moveKeys(slot, from, to, Integer.MAX_VALUE);
        endMove(slot, from, to);
    }

    private static String id(ServerProcess node) throws Exception {
        return node.cli("CLUSTER", "MYID").strip();
    }

    private static void expectOk(String answer) {
        if (!answer.strip().equals("OK")) {
            throw new AssertionError(answer);
        }
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
    }
}
