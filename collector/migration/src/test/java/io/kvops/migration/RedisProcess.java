package io.kvops.migration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A redis-server of our own on a loopback port, ended by its own handle. */
final class RedisProcess implements AutoCloseable {
    private static final int FIRST_TRIES = 5;

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static RedisProcess start(Path folder, String... options) throws IOException {
        boolean there = false;
        for (String path : System.getenv("PATH").split(File.pathSeparator)) {
            there |= new File(path, "redis-server").canExecute();
        }
        String missing = "no redis-server on the PATH: apt-get install redis-server";
        if (!there && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(missing);
        }
        assumeTrue(there, missing);
        for (int i = 1; ; i++) {
            RedisProcess started = launch(folder, options);
            try {
                await().atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> !started.process.isAlive() || started.answers());
            } catch (RuntimeException e) {
                started.close();
                throw e;
            }
            if (started.process.isAlive()) {
                return started;
            }
            if (i == FIRST_TRIES) {
                throw new IOException("redis-server ends at once, see " + folder.resolve("redis.log"));
            }
            // another program was faster to take the port
        }
    }

    private static RedisProcess launch(Path folder, String... options) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
        return new RedisProcess(process, port);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String address(int db) {
        return "redis://127.0.0.1:" + port + "/" + db;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
