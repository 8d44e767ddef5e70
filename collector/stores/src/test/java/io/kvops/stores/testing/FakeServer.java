package io.kvops.stores.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Takes connections and answers as told: for what no real server does. */
public final class FakeServer implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Talk talk;

    /** What is done with a connection, in a thread of its own; it is closed afterwards. */
    public interface Talk {
        void with(Socket socket) throws IOException;
    }

    private FakeServer(ServerSocket listener, Talk talk) {
        this.listener = listener;
        this.talk = talk;
    }

    /** Speaks the Redis protocol: words of a command, separated by blanks, to what is sent back. */
    public static FakeServer start(Function<String, String> answers) throws IOException {
        return talking(socket -> {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            String line;
            while ((line = in.readLine()) != null) {
                StringBuilder command = new StringBuilder();
                for (int n = Integer.parseInt(line.substring(1)); n > 0; n--) {
                    in.readLine();
                    command.append(command.isEmpty() ? "" : " ").append(in.readLine());
                }
                out.write(answers.apply(command.toString()).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        });
    }

    public static FakeServer talking(Talk talk) throws IOException {
        FakeServer server = new FakeServer(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), talk);
        daemon(server::listen);
        return server;
    }

    private void listen() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                daemon(() -> {
                    try (socket) {
                        talk.with(socket);
                    } catch (IOException e) {
                        // the other side went
                    }
                });
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
