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
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection to the collector: blocking, every wait bounded. One thread. */
final class Connection implements Closeable {
    /** Messages of a collector are small. */
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final Socket wire;
    private final OutputStream out;
    private final InputStream in;
    private byte[] buffer = new byte[8_192];
    private int filled;

    /**
     * @param wire connected; reading from it gives up after what {@link Socket#setSoTimeout} says
     * @param spoken the same, or TLS over it
     */
    private Connection(Socket wire, Socket spoken) throws IOException {
        this.wire = wire;
        out = new BufferedOutputStream(spoken.getOutputStream(), 1 << 16);
        in = spoken.getInputStream();
    }

    /** Says hello over a connected socket. */
    static Connection greet(Socket wire, Socket spoken, Hello hello) throws IOException {
        Connection connection = new Connection(wire, spoken);
        WireCodec.writeMagic(connection.out);
        connection.send(WireCodec.encode(hello));
        connection.flush();
        return connection;
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
        wire.setSoTimeout(waitMillis);
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
        wire.close();
    }
}
