package io.kvops.stores.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of our own on a loopback port, ended by its own handle. */
public final class ServerProcess implements AutoCloseable {
    private final List<String> command;
    private final Path log;
    private final int port;
    private Process process;

    private ServerProcess(List<String> command, Path log, int port) throws IOException {
        this.command = command;
        this.log = log;
        this.port = port;
        this.process = launch();
    }

    /** Whether a program is on the PATH. */
    public static boolean isThere(String program) {
        boolean there = false;
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            there |= new File(folder, program).canExecute();
        }
        return there;
    }

    /** Skips the test if the program is not there, with what to install; fails it where services are required. */
    public static void require(String program, String debianPackage) {
        boolean there = isThere(program);
        String missing = "no " + program + " on the PATH: apt-get install " + debianPackage;
        if (!there && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(missing);
        }
        assumeTrue(there, missing);
    }

    /** Starts a redis-server with these options added. */
    public static ServerProcess redis(Path folder, String... options) throws IOException {
        require("redis-server", "redis-server");
        require("redis-cli", "redis-tools");
        return redis(folder, freePort(), options);
    }

    public static ServerProcess redis(Path folder, int port, String... options) throws IOException {
        return redisLike("redis-server", folder, port, options);
    }

    /** The same of a program that takes the same options: valkey-server. */
    public static ServerProcess redisLike(String program, Path folder, int port, String... options) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString()));
        command.addAll(List.of(options));
        return start(command, folder.resolve("server.log"), port);
    }

    /** Starts a memcached with these options added. */
    public static ServerProcess memcached(Path folder, String... options) throws IOException {
        require("memcached", "memcached");
        int port = freePort();
        List<String> command = new ArrayList<>(List.of("memcached", "-l", "127.0.0.1", "-p", Integer.toString(port)));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "root"));
        }
        command.addAll(List.of(options));
        return start(command, folder.resolve("memcached.log"), port);
    }

    /** Starts it and waits until it takes connections. */
    public static ServerProcess start(List<String> command, Path log, int port) throws IOException {
        ServerProcess server = new ServerProcess(command, log, port);
        server.awaitOpen();
        return server;
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitOpen() {
        await("a server at port " + port + ", see " + log)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(command + " ended: " + Files.readString(log));
                    }
                    return isOpen();
                });
    }

    private boolean isOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** Starts it again as it was. */
    public void restart() throws IOException {
        process = launch();
        awaitOpen();
    }

    /** What the server's own tool, {@code redis-cli} or {@code valkey-cli}, prints for a command to this server. */
    public String cli(String... words) throws IOException, InterruptedException {
        String tool = command.get(0).replace("-server", "-cli");
        List<String> cli = new ArrayList<>(List.of(tool, "-p", Integer.toString(port)));
        cli.addAll(List.of(words));
        return output(cli);
    }

    /** What a program prints. */
    public static String output(List<String> command) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        run.getOutputStream().close();
        try (InputStream in = run.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            run.waitFor(20, TimeUnit.SECONDS);
            return text;
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
