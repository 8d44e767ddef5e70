package io.kvops.stores.testing;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A real etcd, and its own tool. */
public final class Etcd {
    private Etcd() {}

    /** Options, then words. */
    public static String[] concat(String[] login, String... words) {
        return Stream.concat(Arrays.stream(login), Arrays.stream(words)).toArray(String[]::new);
    }

    /** What etcdctl prints. */
    public static String ctl(String endpoint, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "ETCDCTL_API=3", "etcdctl", "--endpoints", endpoint));
        command.addAll(List.of(words));
        return ServerProcess.output(command);
    }

    /** One without TLS. */
    public static ServerProcess start(Path dir) throws Exception {
        return start(dir, "http", List.of());
    }

    /**
     * One member.
     *
     * @param door options for it
     * @param login options for etcdctl to be let in
     */
    public static ServerProcess start(Path dir, String scheme, List<String> door, String... login) throws Exception {
        ServerProcess.require("etcd", "etcd-server");
        ServerProcess.require("etcdctl", "etcd-client");
        int port = ServerProcess.freePort();
        String client = scheme + "://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + ServerProcess.freePort();
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name",
                "m1",
                "--data-dir",
                dir.resolve("etcd").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "m1=" + peer));
        command.addAll(door);
        ServerProcess server = ServerProcess.start(command, dir.resolve("etcd.log"), port);
        await().atMost(Addresses.TIMEOUT)
                .until(() -> ctl(client, concat(login, "endpoint", "health")).contains("is healthy"));
        return server;
    }
}
