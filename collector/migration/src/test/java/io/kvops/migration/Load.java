package io.kvops.migration;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes to a Redis what a live sync could get wrong: counters and lists, where a change that comes twice shows; keys that expire in
 * milliseconds, or would but for a refresh; transactions, scripts, streams with groups, removals. For one thread.
 */
final class Load implements AutoCloseable {
    private static final int BATCH = 50;
    private static final String SCRIPT = "redis.call('INCR',KEYS[1]) return redis.call('RPUSH',KEYS[2],ARGV[1])";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Random random;
    private int unread;

    Load(int port, int db, long seed) throws IOException {
        this.random = new Random(seed);
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        send("SELECT", Integer.toString(db));
        settle();
    }

    /** Writes so many commands, evenly, and more until they are enough. @return how many it were */
    int run(int commands, int perSecond, BooleanSupplier enough) throws IOException {
        long began = System.nanoTime();
        int done = 0;
        while (done < commands || !enough.getAsBoolean()) {
            for (int i = 0; i < BATCH; i++) {
                done += one(done);
            }
            settle();
            long ahead = began + done * 1_000_000_000L / perSecond - System.nanoTime();
            if (ahead > 0) {
                LockSupport.parkNanos(ahead);
            }
        }
        System.out.println(done + " commands in " + (System.nanoTime() - began) / 1_000_000 + " ms");
        return done;
    }

    private String key(String kind, int of) {
        return kind + ":" + random.nextInt(of);
    }

    /** @return how many commands it was */
    private int one(int number) throws IOException {
        String value = "v" + number;
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> send("INCR", key("count", 1_000));
            case 4, 5, 6 -> send("rpush", key("list", 300), value);
            case 7 -> send("LPOP", key("list", 300));
            case 8 -> send("SET", key("short", 500), value, "PX", Integer.toString(20 + random.nextInt(2_000)));
            case 9, 10 -> {
                String window = key("window", 50);
                send("INCR", window);
                send("PEXPIRE", window, Integer.toString(5 + random.nextInt(100)));
                return 2;
            }
            case 11 -> send("HINCRBY", key("hash", 200), "f" + random.nextInt(5), "3");
            case 12 -> send("ZINCRBY", key("zset", 100), "0.1", "m" + random.nextInt(10));
            case 13 -> send("SADD", key("set", 100), value);
            case 14 -> send("SPOP", key("set", 100));
            case 15 -> send("XADD", key("stream", 20), "MAXLEN", "~", "200", "*", "n", value);
            case 16 -> send("DEL", key("list", 300), key("count", 1_000));
            case 17 -> {
                send("MULTI");
                send("INCR", key("count", 1_000));
                send("RPUSH", key("list", 300), value);
                send("EXEC");
                return 4;
            }
            case 18 -> send("EVAL", SCRIPT, "2", key("count", 1_000), key("list", 300), value);
            default -> send("GETEX", key("short", 500), "EX", Integer.toString(1 + random.nextInt(100)));
        }
        return 1;
    }

    /** Sends one command; its answer is read by {@link #settle}. */
    void send(String... words) throws IOException {
        StringBuilder text = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        unread++;
    }

    /** Reads the answers to all that was sent, and tells the last one, as far as it is one line. */
    String settle() throws IOException {
        out.flush();
        String last = "";
        for (; unread > 0; unread--) {
            last = answer();
        }
        return last;
    }

    private String answer() throws IOException {
        String line = line();
        switch (line.charAt(0)) {
            case '-' -> throw new IOException(line);
            case '$' -> {
                int length = Integer.parseInt(line.substring(1));
                String text = length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                in.skipNBytes(length < 0 ? 0 : 2);
                return text;
            }
            case '*' -> {
                String last = "";
                for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                    last = answer();
                }
                return last;
            }
            default -> {
                return line.substring(1);
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server closed the connection");
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
    }
}
