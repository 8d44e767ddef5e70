package io.kvops.server.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of our own on a free loopback port, without persistence: the one on the PATH, else the binary inside
 * embedded-redis.
 */
public final class Redis implements AutoCloseable {
    private static final int TRIES = 5;
    private static final long START_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 20;
    private static final int ANSWER_MILLIS = 1_000;
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Resources of embedded-redis, by system and os.arch. */
    private static final Map<String, String> EMBEDDED = Map.of(
            "linux/amd64", "redis-server-6.2.6-v5-linux-amd64",
            "linux/aarch64", "redis-server-6.2.7-linux-arm64",
            "linux/i386", "redis-server-6.2.7-linux-386",
            "darwin/x86_64", "redis-server-6.2.6-v5-darwin-amd64",
            "darwin/aarch64", "redis-server-6.2.6-v5-darwin-arm64");

    private final Child child;
    private final int port;
    private final String program;

    private Redis(Child child, int port, String program) {
        this.child = child;
        this.port = port;
        this.program = program;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param folder its working folder, made if missing; holds its log
     */
    public static Redis start(Path folder) throws DemoException, InterruptedException {
        try {
            Files.createDirectories(folder);
            String program = program(folder);
            DemoException last = new DemoException("no try was made", null);
            // another process may take the free port before Redis does
            for (int i = 0; i < TRIES; i++) {
                int port = freePort();
                Path log = folder.resolve("redis.log");
                Child child = Child.start("redis-server", log, folder, command(program, port));
                if (answers(child, port)) {
                    return new Redis(child, port, program);
                }
                child.close();
                child.waitFor(LOOK_MILLIS);
                last = new DemoException(program + " did not answer on port " + port + "; " + child.end(), null);
            }
            throw last;
        } catch (IOException e) {
            throw new DemoException("Redis can't be started: " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    /** The program that runs: a path. */
    public String program() {
        return program;
    }

    @Override
    public void close() {
        child.close();
    }

    private static List<String> command(String program, int port) {
        return List.of(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--daemonize",
                "no",
                "--loglevel",
                "warning");
    }

    private static String program(Path folder) throws IOException, DemoException {
        String installed = onPath("redis-server");
        if (installed == null) {
            installed = onPath("valkey-server");
        }
        return installed != null ? installed : unpack(folder);
    }

    private static String unpack(Path folder) throws IOException, DemoException {
        String os = System.getProperty("os.name", "").startsWith("Mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch", "");
        String resource = EMBEDDED.get(os + "/" + machine);
        boolean known = resource != null && !System.getProperty("os.name", "").startsWith("Windows");
        try (InputStream in = known ? Redis.class.getResourceAsStream("/" + resource) : null) {
            if (in == null) {
                throw new DemoException(
                        "there is no redis-server on the PATH, and none for " + System.getProperty("os.name") + " "
                                + machine + " in kvops; install one (apt-get install redis-server, brew install redis)",
                        null);
            }
            Path file = folder.resolve("redis-server");
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException(file + " can't be made executable");
            }
            return file.toString();
        }
    }

    private static @Nullable String onPath(String name) {
        String path = System.getenv("PATH");
        if (path == null) {
            return null;
        }
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            File file = new File(folder, name);
            if (!folder.isEmpty() && file.canExecute() && file.isFile()) {
                return file.getAbsolutePath();
            }
        }
        return null;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(Child child, int port) throws InterruptedException {
        for (long waited = 0; waited < START_MILLIS && child.alive(); waited += LOOK_MILLIS) {
            if (pings(port)) {
                return true;
            }
            child.waitFor(LOOK_MILLIS);
        }
        return false;
    }

    private static boolean pings(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(PING);
            InputStream in = socket.getInputStream();
            return in.read() == '+';
        } catch (IOException e) {
            return false;
        }
    }
}
