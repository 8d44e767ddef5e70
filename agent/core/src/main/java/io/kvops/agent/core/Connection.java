package io.kvops.agent.core;

import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection to the collector: plain, blocking, every wait bounded. One thread. */
final class Connection implements Closeable {
    private static final int CONNECT_MILLIS = 3_000;
    /** Messages of a collector are small. */
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private byte[] buffer = new byte[8_192];
    private int filled;

    private Connection(Socket socket) throws IOException {
        this.socket = socket;
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        in = socket.getInputStream();
    }

    /** Connects and says hello; the answer is to be read. */
    static Connection open(String host, int port, Hello hello) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            Connection connection = new Connection(socket);
            WireCodec.writeMagic(connection.out);
            connection.send(WireCodec.encode(hello));
            connection.flush();
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    void send(byte[] message) throws IOException {
        WireCodec.write(out, message);
    }

    void flush() throws IOException {
        out.flush();
    }

    /**
     * The next message.
     *
     * @param waitMillis at least 1
     * @return null if none came in that time
     * @throws IOException if the collector closed the connection, or what it says is not this protocol
     */
    @Nullable
    Message read(int waitMillis) throws IOException {
        Message ready = decode();
        if (ready != null) {
            return ready;
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        socket.setSoTimeout(waitMillis);
        int n;
        try {
            n = in.read(buffer, filled, buffer.length - filled);
        } catch (SocketTimeoutException e) {
            return null;
        }
        if (n < 0) {
            throw new IOException("the collector closed the connection");
        }
        filled += n;
        return decode();
    }

    private @Nullable Message decode() throws IOException {
        if (filled < WireCodec.LENGTH_BYTES) {
            return null;
        }
        int length = ByteBuffer.wrap(buffer).getInt();
        try {
            WireCodec.checkLength(length, ANSWER_BYTES_MAX);
            int end = WireCodec.LENGTH_BYTES + length;
            if (filled < end) {
                return null;
            }
            Message message = WireCodec.decode(buffer, WireCodec.LENGTH_BYTES, length);
            System.arraycopy(buffer, end, buffer, 0, filled - end);
            filled -= end;
            return message;
        } catch (WireException e) {
            throw new IOException("what answers is not a kvops collector: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
