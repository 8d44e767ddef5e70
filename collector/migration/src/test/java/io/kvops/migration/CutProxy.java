package io.kvops.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a server at a loopback port, and cuts all connections when it is told to. */
final class CutProxy implements AutoCloseable {
    private final ServerSocket door;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Cuts when so many bytes more went from the server to clients, once. */
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

    private CutProxy(ServerSocket door, int port) {
        this.door = door;
        this.port = port;
    }

    static CutProxy before(int port) throws IOException {
        CutProxy proxy = new CutProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        thread(proxy::accept);
        return proxy;
    }

    private static void thread(Runnable run) {
        Thread thread = new Thread(run, "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return door.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = door.accept();
                Socket server = connect(client);
                open.add(client);
                open.add(server);
                thread(() -> copy(client, server, false));
                thread(() -> copy(server, client, true));
            } catch (IOException e) {
                return;
            }
        }
    }

    private Socket connect(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    void cutAfter(long bytes) {
        left.set(bytes);
    }

    private void copy(Socket from, Socket to, boolean counts) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                if (counts && left.addAndGet(-read) <= 0) {
                    left.set(Long.MAX_VALUE);
                    cut();
                }
            }
        } catch (IOException e) {
            // cut
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /** Cuts all connections there are. */
    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
