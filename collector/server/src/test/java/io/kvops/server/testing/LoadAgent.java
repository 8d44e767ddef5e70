package io.kvops.server.testing;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Ack;
import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Sends frame after frame, each once the one before is acknowledged, and applies and confirms what it is told. */
public final class LoadAgent implements AutoCloseable {
    private final UUID id = UUID.randomUUID();
    private final Source source;
    private final LongSupplier clockMillis;
    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final Thread thread;
    private final AtomicLong acked = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile Map<String, String> options = Map.of();
    private volatile boolean stopped;

    private LoadAgent(int port, String service, LongSupplier clockMillis) throws IOException {
        this.clockMillis = clockMillis;
        source = new Source(id, service, "host:" + id, "host", 1, "test");
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
        WireCodec.writeMagic(out);
        send(new Hello(WireCodec.PROTOCOL_VERSION, List.of(Configure.CAPABILITY), "", source, 0, "test"));
        thread = new Thread(this::run, "load-" + service);
        thread.start();
    }

    public static LoadAgent start(int port, String service, LongSupplier clockMillis) throws IOException {
        return new LoadAgent(port, service, clockMillis);
    }

    /** The options that it was told last. */
    public Map<String, String> options() {
        return options;
    }

    /** Stops sending, and says how many operations were acknowledged. */
    public long finish() throws Exception {
        stopped = true;
        thread.join();
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return acked.get();
    }

    private void run() {
        try {
            for (long sequence = 1; !stopped; sequence++) {
                long now = clockMillis.getAsLong();
                SeriesKey key = new SeriesKey("redis", "127.0.0.1:6379", "GET", OpClass.READ, "user:{n}", false);
                SeriesDelta delta =
                        new SeriesDelta(key, sequence, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0);
                send(new Frame(
                        source, sequence, now - 1, now, List.of(delta), List.of(), List.of(), Map.of(), Map.of()));
                awaitAck(sequence);
                acked.addAndGet(sequence);
            }
        } catch (Exception e) {
            failure.set(e);
        }
    }

    private void awaitAck(long sequence) throws Exception {
        while (true) {
            byte[] bytes = WireCodec.read(in, WireCodec.MAX_FRAME_BYTES);
            if (bytes == null) {
                throw new EOFException("closed before the ack of " + sequence);
            }
            Message message = WireCodec.decode(bytes);
            if (message instanceof Configure configure) {
                options = Map.copyOf(configure.options());
                send(new Configured(configure.version(), List.of()));
            } else if (message instanceof Ack ack && ack.agentId().equals(id) && ack.sequence() >= sequence) {
                return;
            }
        }
    }

    private void send(Message message) throws IOException {
        WireCodec.write(out, WireCodec.encode(message));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        socket.close();
    }
}
