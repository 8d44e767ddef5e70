package io.kvops.migration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real servers on loopback ports, each started when it is first wanted, and ended by its own handle. */
final class Servers implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int FIRST_TRIES = 5;
    private static final int BUS = 10_000;

    private final Path folder;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, Process> byName = new HashMap<>();
    private final List<Process> processes = new ArrayList<>();

    Servers(Path folder) {
        this.folder = folder;
    }

    /** A redis-server of that name. */
    int redis(String name) throws IOException {
        return port(name, "redis-server", port -> List.of("--port", text(port), "--bind", "127.0.0.1", "--save", ""));
    }

    /** A cluster of one node. */
    int cluster(String name) throws IOException {
        boolean known = ports.containsKey(name);
        int port = port(
                name,
                "redis-server",
                free -> List.of("--port", text(free), "--bind", "127.0.0.1", "--save", "", "--cluster-enabled", "yes"));
        if (!known) {
            say(port, "CLUSTER ADDSLOTSRANGE 0 16383");
            await().atMost(TIMEOUT).until(() -> say(port, "CLUSTER INFO").contains("cluster_state:ok"));
        }
        return port;
    }

    /** A redis-server that has what another one has. */
    int replica(String name, String of) throws IOException {
        int port = redis(name);
        say(port, "REPLICAOF 127.0.0.1 " + redis(of));
        await(name).atMost(TIMEOUT).until(() -> say(port, "INFO replication").contains("master_link_status:up"));
        return port;
    }

    /** A sentinel of a master, called as the server is, that knows the master's replica. It takes nobody for dead by itself. */
    int sentinel(String name, String master) throws IOException {
        int watched = redis(master);
        int port = port(name, "redis-server", free -> {
            Path config = folder.resolve(name).resolve("sentinel.conf");
            Files.writeString(
                    config,
                    "port " + free + "\nbind 127.0.0.1\nsentinel monitor " + master + " 127.0.0.1 " + watched
                            + " 1\nsentinel down-after-milliseconds " + master + " 3600000\n");
            return List.of(config.toString(), "--sentinel");
        });
        await(name)
                .atMost(TIMEOUT)
                .until(() -> say(port, "SENTINEL REPLICAS " + master).contains("master-link-status"));
        return port;
    }

    /** Ends a server at once. */
    void kill(String name) {
        Process process = byName.get(name);
        process.destroyForcibly();
        process.onExit().join();
    }

    int memcached(String name) throws IOException {
        // nobody moves items while they are dumped: what is best effort is exact then
        return port(name, "memcached", port -> {
            List<String> options =
                    new ArrayList<>(List.of("-l", "127.0.0.1", "-p", text(port), "-o", "no_lru_maintainer"));
            if (System.getProperty("user.name").equals("root")) {
                options.addAll(List.of("-u", "root"));
            }
            return options;
        });
    }

    int etcd(String name) throws IOException {
        boolean known = ports.containsKey(name);
        int client = port(name, "etcd", port -> {
            String peer = "http://127.0.0.1:" + (port + BUS);
            String own = "http://127.0.0.1:" + port;
            return List.of(
                    "--data-dir=" + folder.resolve(name).resolve("data"),
                    "--listen-client-urls=" + own,
                    "--advertise-client-urls=" + own,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=default=" + peer,
                    "--unsafe-no-fsync");
        });
        if (!known) {
            await("health of etcd")
                    .atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(() -> say(client, "GET /health HTTP/1.0\r\n").startsWith("HTTP/1.0 200"));
        }
        return client;
    }

    /** The folder of a server. */
    Path folder(String name) {
        return folder.resolve(name);
    }

    /** What a server of Redis' protocol answers first to a line. */
    static String say(int port, String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4_096];
            int count = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, count), StandardCharsets.US_ASCII);
        }
    }

    private interface Options {
        List<String> at(int port) throws IOException;
    }

    private static String text(int number) {
        return Integer.toString(number);
    }

    private int port(String name, String program, Options options) throws IOException {
        Integer known = ports.get(name);
        if (known != null) {
            return known;
        }
        require(program);
        Path own = Files.createDirectories(folder.resolve(name));
        for (int i = 1; ; i++) {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(options.at(port));
            Process process = new ProcessBuilder(command)
                    .directory(own.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(own.resolve("log").toFile())
                    .start();
            processes.add(process);
            await(program + ", see " + own.resolve("log"))
                    .atMost(TIMEOUT)
                    .until(() -> !process.isAlive() || isOpen(port));
            if (process.isAlive()) {
                ports.put(name, port);
                byName.put(name, process);
                return port;
            }
            if (i == FIRST_TRIES) {
                throw new IOException(command + " ended: " + Files.readString(own.resolve("log")));
            }
            // another program was faster to take the port
        }
    }

    private static void require(String program) {
        boolean there = false;
        for (String path : System.getenv("PATH").split(File.pathSeparator)) {
            there |= new File(path, program).canExecute();
        }
        String missing =
                "no " + program + " on the PATH: apt-get install " + (program.equals("etcd") ? "etcd-server" : program);
        if (!there && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(missing);
        }
        assumeTrue(there, missing);
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Free, and the one 10 000 higher too, which a cluster's bus has. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = socket.getLocalPort();
                if (port + BUS <= 0xFFFF && isFree(port + BUS)) {
                    return port;
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }
}
