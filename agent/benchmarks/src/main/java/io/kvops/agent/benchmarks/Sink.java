package io.kvops.agent.benchmarks;

import com.sun.net.httpserver.HttpServer;
import io.kvops.wire.Ack;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Where both agents may send to: takes all and answers at once. It counts, so that a run shows that there was recording. */
final class Sink implements AutoCloseable {
    private final ServerSocket server;
    private final HttpServer otlp;
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong otlpRequests = new AtomicLong();

    private Sink(ServerSocket server, HttpServer otlp) {
        this.server = server;
        this.otlp = otlp;
    }

    static Sink open() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        HttpServer otlp = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        Sink sink = new Sink(new ServerSocket(0, 50, loopback), otlp);
        otlp.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            sink.otlpRequests.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        otlp.start();
        start("kvops-bench-sink", sink::accept);
        return sink;
    }

    int port() {
        return server.getLocalPort();
    }

    int otlpPort() {
        return otlp.getAddress().getPort();
    }

    /** Operations that our agent reported since the last call. */
    long takeOperations() {
        return operations.getAndSet(0);
    }

    /** Exports that the peer sent since the last call. */
    long takeOtlpRequests() {
        return otlpRequests.getAndSet(0);
    }

    @Override
    public void close() throws IOException {
        otlp.stop(0);
        server.close();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                start("kvops-bench-connection", () -> serve(socket));
            }
        } catch (IOException closed) {
            // the end of the run
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.skipNBytes(4);
            for (byte[] bytes = WireCodec.read(in, WireCodec.MAX_FRAME_BYTES);
                    bytes != null;
                    bytes = WireCodec.read(in, WireCodec.MAX_FRAME_BYTES)) {
                Message message = WireCodec.decode(bytes);
                if (message instanceof Hello) {
                    Welcome welcome = new Welcome(1, List.of(), WireCodec.MAX_FRAME_BYTES, Map.of(), 0);
                    WireCodec.write(out, WireCodec.encode(welcome));
                } else if (message instanceof Frame frame) {
                    for (SeriesDelta series : frame.series()) {
                        operations.addAndGet(series.key().internal() ? 0 : series.count());
                    }
                    WireCodec.write(out, WireCodec.encode(new Ack(frame.source().agentId(), frame.sequence())));
                }
            }
        } catch (IOException gone) {
            // a fork that ended
        } catch (WireException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
