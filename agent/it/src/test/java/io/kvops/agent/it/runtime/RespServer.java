package io.kvops.agent.it.runtime;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A key-value server of the user's own, in plain Java: GET and SET of the Redis protocol. Ends when its stdin does. */
public final class RespServer {
    private final Map<String, byte[]> values = new ConcurrentHashMap<>();

    public static void main(String[] args) throws IOException {
        RespServer server = new RespServer();
        ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        System.out.println(door.getLocalPort());
        Thread accept = new Thread(() -> server.acceptAll(door));
        accept.setDaemon(true);
        accept.start();
        while (System.in.read() >= 0) {
            // lives until its stdin ends
        }
    }

    private void acceptAll(ServerSocket door) {
        while (true) {
            try {
                Socket socket = door.accept();
                Thread thread = new Thread(() -> serve(socket));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            while (in.read() == '*') {
                byte[][] words = new byte[number(in)][];
                for (int i = 0; i < words.length; i++) {
                    in.read();
                    words[i] = in.readNBytes(number(in));
                    in.readNBytes(2);
                }
                answer(words, out);
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            // the client went away
        }
    }

    private void answer(byte[][] words, OutputStream out) throws IOException {
        if (new String(words[0], StandardCharsets.US_ASCII).equalsIgnoreCase("SET")) {
            set(words[1], words[2]).join();
            out.write("+OK\r\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            byte[] value = get(new Request(words[1]));
            out.write(("$" + (value == null ? -1 : value.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (value != null) {
                out.write(value);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    byte[] get(Request request) {
        return values.get(new String(request.key(), StandardCharsets.UTF_8));
    }

    CompletableFuture<Void> set(byte[] key, byte[] value) {
        values.put(new String(key, StandardCharsets.UTF_8), value);
        return CompletableFuture.completedFuture(null);
    }

    private static int number(InputStream in) throws IOException {
        int number = 0;
        for (int c = in.read(); c != '\r'; c = in.read()) {
            number = number * 10 + c - '0';
        }
        in.read();
        return number;
    }

    /** What is asked for. */
    record Request(byte[] key) {}
}
