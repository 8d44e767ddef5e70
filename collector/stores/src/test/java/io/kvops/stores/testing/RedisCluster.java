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
                create.add(
                        "127.0.0.1:" + cluster.launch(folder.resolve("n" + i)).port());
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

    private ServerProcess launch(Path folder) throws IOException {
        // the bus port is 10 000 higher
        int port = ServerProcess.freePort() % 20_000 + 20_000;
        ServerProcess node =
                ServerProcess.redis(folder, port, "--cluster-enabled", "yes", "--cluster-node-timeout", "20000");
        nodes.add(node);
        return node;
    }

    private boolean okay() throws Exception {
        return everyNode(node -> node.cli("CLUSTER", "INFO").contains("cluster_state:ok"));
    }

    private interface Look {
        boolean at(ServerProcess node) throws Exception;
    }

    private boolean everyNode(Look look) throws Exception {
        for (ServerProcess node : nodes) {
            if (node.isAlive() && !look.at(node)) {
                return false;
            }
        }
        return true;
    }

    /** Adds a master without slots, and waits until all nodes know of it. */
    public ServerProcess join(Path folder) throws Exception {
        ServerProcess node = launch(folder);
        expectOk(node.cli(
                "CLUSTER", "MEET", "127.0.0.1", Integer.toString(nodes.get(0).port())));
        String id = id(node);
        int count = nodes.size();
        await("a node that joins")
                .atMost(TIMEOUT)
                .until(() -> everyNode(one -> {
                    String known = one.cli("CLUSTER", "NODES");
                    return known.lines().filter(line -> !line.isBlank()).count() == count
                            && known.contains(id)
                            && !known.contains("handshake")
                            && one.cli("CLUSTER", "INFO").contains("cluster_state:ok");
                }));
        return node;
    }

    /** Adds a replica of a master, and waits until it has what that has. */
    public ServerProcess replica(Path folder, ServerProcess of) throws Exception {
        ServerProcess node = join(folder);
        expectOk(node.cli("CLUSTER", "REPLICATE", id(of)));
        await("a replica")
                .atMost(TIMEOUT)
                .until(() -> node.cli("INFO", "replication").contains("master_link_status:up"));
        return node;
    }

    /** A replica takes the place of its master, and all nodes that live know it. */
    public void takeOver(ServerProcess replica) throws Exception {
        expectOk(replica.cli("CLUSTER", "FAILOVER", "TAKEOVER"));
        String id = id(replica);
        await("a new master")
                .atMost(TIMEOUT)
                .until(() -> everyNode(one -> one.cli("CLUSTER", "NODES")
                        .lines()
                        .anyMatch(line ->
                                line.startsWith(id) && line.contains("master") && line.split(" ", -1).length > 8)));
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
