package io.kvops.benchmarks.migration;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A redis-server of its own on loopback, ended by its handle, and a connection to it. */
final class RedisHost implements AutoCloseable {
    private static final int ASKED_AT_ONCE = 1_000;
    private static final int TRIES = 3_000;
    private static final int BUFFER_BYTES = 1 << 20;

    private final Process process;
    private final int port;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private int asked;

    private RedisHost(Process process, int port, Socket socket) throws IOException {
        this.process = process;
        this.port = port;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    static RedisHost start(Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--port"));
        command.addAll(List.of(Integer.toString(port), "--save", "", "--dir", folder.toString()));
        command.addAll(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis-" + port + ".log").toFile())
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            try {
                return new RedisHost(process, port, new Socket(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        process.destroyForcibly();
        throw new IOException("redis-server does not answer at port " + port + "; see its log in " + folder);
    }

    int port() {
        return port;
    }

    String address() {
        return "redis://127.0.0.1:" + port + "/0";
    }

    /** Asks without waiting for the answer. */
    void send(String... words) throws IOException {
        StringBuilder text = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (++asked >= ASKED_AT_ONCE) {
            settle();
        }
    }

    /** Waits for all answers, each of one line. */
    void settle() throws IOException {
        out.flush();
        for (; asked > 0; asked--) {
            String line = line();
            if (line.startsWith("-")) {
                throw new IOException("redis-server says " + line);
            }
            if (line.startsWith("$")) {
                in.skipNBytes(Integer.parseInt(line.substring(1)) + 2L);
            }
        }
    }

    /** Asks for a text or a number. */
    String ask(String... words) throws IOException {
        settle();
        send(words);
        out.flush();
        asked = 0;
        String line = line();
        if (!line.startsWith("$")) {
            return line.substring(1);
        }
        byte[] text = in.readNBytes(Integer.parseInt(line.substring(1)));
        in.skipNBytes(2);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Fails if it has not that many keys. */
    void expect(int keys) throws IOException {
        long found = Long.parseLong(ask("DBSIZE"));
        if (found != keys) {
            throw new IllegalStateException("the target has " + found + " keys, not " + keys);
        }
    }

    /** Lets it replicate another, and empties it again. @return seconds from the command until it has all */
    double replicate(RedisHost from, int keys) throws IOException {
        ask("FLUSHALL");
        long began = System.nanoTime();
        ask("REPLICAOF", "127.0.0.1", Integer.toString(from.port));
        while (!ask("INFO", "replication").contains("master_link_status:up")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        expect(keys);
        ask("REPLICAOF", "NO", "ONE");
        ask("FLUSHALL");
        return seconds;
    }

    /** Processor time that it used so far. */
    double cpuSeconds() throws IOException {
        return ask("INFO", "cpu")
                .lines()
                .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("redis-server closed the connection");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}
