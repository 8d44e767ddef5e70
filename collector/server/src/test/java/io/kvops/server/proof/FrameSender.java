package io.kvops.server.proof;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Ack;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * An agent of the test's own: makes a frame each interval, keeps it until it is acknowledged, connects again for ever, and
 * knows what it has counted. Its thread is its own; the counts may be asked by any.
 */
final class FrameSender implements AutoCloseable {
    private static final List<String> OPS = List.of("GET", "SET", "HGETALL", "DEL", "INCR", "LPUSH", "ZADD", "MGET");
    private static final List<OpClass> CLASSES = List.of(
            OpClass.READ,
            OpClass.WRITE,
            OpClass.READ,
            OpClass.DELETE,
            OpClass.WRITE,
            OpClass.WRITE,
            OpClass.WRITE,
            OpClass.READ);
    private static final int PATTERNS = 3;
    private static final int KEPT_MAX = 5_000;
    private static final int TIMEOUT_MILLIS = 5_000;

    private final int port;
    private final long frameMillis;
    private final int everyMillis;
    private final LongSupplier clock;
    private final Random random;
    private final Source source;
    private final Thread thread;
    private final Map<String, Long> byStoreOp = new ConcurrentSkipListMap<>();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong acked = new AtomicLong();
    private final AtomicLong ackedOps = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final Deque<Frame> kept = new ArrayDeque<>();
    private volatile boolean making = true;
    private volatile boolean closed;
    private volatile String problem = "";

    /**
     * @param frameMillis time that a frame says it covers, by the clock
     * @param everyMillis real time between two frames
     * @param clock time that frames carry, epoch milliseconds
     */
    FrameSender(int port, int number, long frameMillis, int everyMillis, LongSupplier clock, long seed) {
        this.port = port;
        this.frameMillis = frameMillis;
        this.everyMillis = everyMillis;
        this.clock = clock;
        this.random = new Random(seed + number);
        String host = "host-" + number;
        source = new Source(new UUID(random.nextLong(), number), "svc-" + number % 2, host + ":1", host, 1, "17");
        thread = new Thread(this::run, "sender-" + number);
        thread.start();
    }

    /** Operations in the frames that were made so far, by {@code store/OP}. */
    Map<String, Long> counts() {
        return new TreeMap<>(byStoreOp);
    }

    long framesMade() {
        return made.get();
    }

    long framesAcked() {
        return acked.get();
    }

    /** Operations in the frames that were acknowledged. */
    long opsAcked() {
        return ackedOps.get();
    }

    /** What it can't go on with; empty if all is well. */
    String problem() {
        return problem;
    }

    /** Makes no more, and goes on until all are acknowledged. */
    void finish() {
        making = false;
    }

    boolean finished() {
        return !making && acked.get() == made.get();
    }

    private void run() {
        while (!closed) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
                connects.incrementAndGet();
                converse(socket);
            } catch (WireException e) {
                problem = "not the protocol: " + e.getMessage();
                return;
            } catch (IOException e) {
                // it was killed, or is not there yet; frames are made all the same
                makeWhenDue();
                pass();
            }
        }
    }

    private long nextNanos = System.nanoTime();

    private boolean makeWhenDue() {
        if (!making || System.nanoTime() - nextNanos < 0 || kept.size() >= KEPT_MAX) {
            return false;
        }
        nextNanos += everyMillis * 1_000_000L;
        kept.add(frame());
        return true;
    }

    private void converse(Socket socket) throws IOException, WireException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        WireCodec.writeMagic(out);
        send(out, new Hello(WireCodec.PROTOCOL_VERSION, List.of(), "", source, clock.getAsLong(), "test"));
        out.flush();
        receive(in);
        for (Frame frame : kept) {
            send(out, frame);
        }
        out.flush();
        socket.setSoTimeout(Math.max(1, everyMillis / 4));
        while (!closed) {
            while (makeWhenDue()) {
                send(out, kept.getLast());
            }
            out.flush();
            try {
                in.mark(1);
                if (in.read() < 0) {
                    throw new EOFException();
                }
                in.reset();
            } catch (SocketTimeoutException e) {
                continue;
            }
            socket.setSoTimeout(TIMEOUT_MILLIS);
            if (receive(in) instanceof Ack ack) {
                forget(ack.sequence());
            }
            socket.setSoTimeout(Math.max(1, everyMillis / 4));
        }
    }

    private void forget(long sequence) {
        while (!kept.isEmpty() && kept.getFirst().sequence() <= sequence) {
            Frame frame = kept.removeFirst();
            ackedOps.addAndGet(
                    frame.series().stream().mapToLong(SeriesDelta::count).sum());
            acked.incrementAndGet();
        }
    }

    private static void send(OutputStream out, Message message) throws IOException {
        WireCodec.write(out, WireCodec.encode(message));
    }

    private static Message receive(InputStream in) throws IOException, WireException {
        byte[] bytes = WireCodec.read(in, WireCodec.MAX_FRAME_BYTES);
        if (bytes == null) {
            throw new EOFException();
        }
        return WireCodec.decode(bytes);
    }

    private Frame frame() {
        long end = clock.getAsLong();
        List<SeriesDelta> series = new ArrayList<>();
        for (int op = 0; op < OPS.size(); op++) {
            for (int pattern = 0; pattern < PATTERNS; pattern++) {
                series.add(series(op, pattern));
            }
        }
        long sequence = made.incrementAndGet();
        return new Frame(source, sequence, end - frameMillis, end, series, List.of(), List.of(), Map.of(), Map.of());
    }

    private SeriesDelta series(int op, int pattern) {
        long count = 1L + random.nextInt(20);
        LatencyHistogram latency = new LatencyHistogram();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long nanos = 50_000L + random.nextInt(2_000_000);
            latency.record(nanos);
            sum += nanos;
        }
        byStoreOp.merge("redis/" + OPS.get(op), count, Long::sum);
        SeriesKey key = new SeriesKey(
                "redis", "127.0.0.1:6379/0", OPS.get(op), CLASSES.get(op), "p" + pattern + ":{id}", false);
        return new SeriesDelta(
                key, count, 0, Map.of(), 0, 0, 10 * count, 0, 0, sum, latency.max(), latency.toSparse(), 1);
    }

    private void pass() {
        try {
            Installation.pass(20);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(2L * TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
