package io.kvops.agent.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Stands before a server and hands its replies on late, or never. */
final class SlowProxy implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService later = new ScheduledThreadPoolExecutor(1);
    private final int serverPort;
    private final long delayMillis;

    /** @param delayMillis how late each piece of a reply is; negative: it never comes */
    SlowProxy(int serverPort, long delayMillis) throws IOException {
        this.serverPort = serverPort;
        this.delayMillis = delayMillis;
        daemon(this::acceptAll);
    }

    int port() {
        return door.getLocalPort();
    }

    private void acceptAll() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(server);
            daemon(() -> copy(client, server, false));
            daemon(() -> copy(server, client, true));
        }
    }

    private void copy(Socket from, Socket to, boolean late) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (!late) {
                out.write(buffer, 0, n);
            } else if (delayMillis >= 0) {
                byte[] piece = java.util.Arrays.copyOf(buffer, n);
                later.schedule(() -> write(out, piece), delayMillis, TimeUnit.MILLISECONDS);
            }
        }
        to.close();
    }

    private static void write(OutputStream out, byte[] piece) {
        try {
            out.write(piece);
        } catch (IOException e) {
            // the client is gone
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // closed: that is how each of them ends
                    }
                },
                "slow-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        later.shutdownNow();
    }
}
