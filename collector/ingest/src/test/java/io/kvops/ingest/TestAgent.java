package io.kvops.ingest;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Ack;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Refusal;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/** An agent as small as can be: a blocking socket that speaks the protocol. For one thread. */
final class TestAgent implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    private TestAgent(Socket socket, int port) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Only the socket, nothing said. */
    static TestAgent dial(int port) throws IOException {
        return new TestAgent(new Socket(), port);
    }

    /** Only the socket, which will speak TLS with its first byte. */
    static TestAgent dial(int port, SSLContext tls) throws IOException {
        return new TestAgent(tls.getSocketFactory().createSocket(), port);
    }

    /** Said hello and was welcomed. */
    static TestAgent connect(int port, String token) throws Exception {
        TestAgent agent = dial(port);
        agent.greet(hello(token, WireCodec.PROTOCOL_VERSION));
        return agent;
    }

    /** Says this hello and is welcomed. */
    static TestAgent connect(int port, Hello hello) throws Exception {
        TestAgent agent = dial(port);
        agent.greet(hello);
        return agent;
    }

    /** Says hello; closes if it is not welcome. */
    Welcome greet(Hello hello) throws Exception {
        magic();
        send(hello);
        Message answer = receive();
        if (answer instanceof Welcome welcome) {
            return welcome;
        }
        close();
        throw new IOException("not welcome: " + (answer instanceof Refusal refusal ? refusal.message() : answer));
    }

    static Source source(UUID id) {
        return source(id, "shop");
    }

    static Source source(UUID id, String service) {
        return new Source(id, service, "host:1", "host", 1, "test");
    }

    static Hello hello(UUID id, String service, String token, String... capabilities) {
        return new Hello(WireCodec.PROTOCOL_VERSION, List.of(capabilities), token, source(id, service), 0, "test");
    }

    static Hello hello(String token, int protocol) {
        return new Hello(protocol, List.of(), token, source(new UUID(1, 1)), 0, "test");
    }

    /** A frame that counts as many operations as its sequence number, with some ballast in a series' pattern. */
    static Frame frame(UUID id, long sequence, int ballast) {
        return frame(source(id), sequence, ballast);
    }

    static Frame frame(Source source, long sequence, int ballast) {
        SeriesKey key = new SeriesKey("redis", "127.0.0.1:6379", "GET", OpClass.READ, "x".repeat(ballast), false);
        SeriesDelta series = new SeriesDelta(key, sequence, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0);
        return new Frame(
                source, sequence, sequence, sequence + 1, List.of(series), List.of(), List.of(), Map.of(), Map.of());
    }

    void magic() throws IOException {
        WireCodec.writeMagic(out);
    }

    void send(Message message) throws IOException {
        WireCodec.write(out, WireCodec.encode(message));
        out.flush();
    }

    /** The low bytes of numbers. */
    void sendBytes(int... values) throws IOException {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        sendRaw(bytes);
    }

    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The next message; null at the end of the stream. */
    Message receive() throws Exception {
        byte[] bytes = WireCodec.read(in, WireCodec.MAX_FRAME_BYTES);
        return bytes == null ? null : WireCodec.decode(bytes);
    }

    /** Reads until a sequence number of an agent is acknowledged. */
    void awaitAck(UUID id, long sequence) throws Exception {
        while (true) {
            Message message = receive();
            if (message == null) {
                throw new EOFException("closed before the ack of " + sequence);
            }
            if (message instanceof Ack ack && ack.agentId().equals(id) && ack.sequence() >= sequence) {
                return;
            }
        }
    }

    /** The refusal that comes, and after it the end of the stream. */
    Refusal awaitRefusal() throws Exception {
        Message message = receive();
        if (!(message instanceof Refusal refusal)) {
            throw new IOException("expected a refusal, got " + message);
        }
        if (in.read() != -1) {
            throw new IOException("expected the end after " + refusal.message());
        }
        return refusal;
    }

    /** Whether nothing comes for a moment. */
    boolean awaitNothing() throws IOException {
        socket.setSoTimeout(300);
        try {
            in.read();
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    /** Whether the collector ended the stream, with or without a reset. */
    boolean awaitEnd() {
        try {
            while (in.read() != -1) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
