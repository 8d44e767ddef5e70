package io.kvops.agent.benchmarks;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A Redis server without I/O: each GET is answered with the same 128 bytes, from memory. */
final class MemorySocket extends Socket {
    private static final byte[] VALUE = ("$128\r\n" + "x".repeat(128) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "-ERR unknown command\r\n".getBytes(StandardCharsets.US_ASCII);

    private byte[] reply = OK;
    private int replies;
    private boolean closed;

    private final InputStream in = new InputStream() {
        @Override
        public int read() {
            throw new UnsupportedOperationException("clients read blocks");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (replies == 0) {
                return -1;
            }
            replies--;
            System.arraycopy(reply, 0, buffer, offset, reply.length);
            return reply.length;
        }
    };

    private final OutputStream out = new OutputStream() {
        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("clients write blocks");
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            // *2 $3 GET $n key: what the benchmark sends; else the few commands of a connection's start
            if (length > 12 && buffer[offset + 8] == 'G' && buffer[offset + 9] == 'E') {
                reply = VALUE;
                replies = 1;
            } else {
                String text = new String(buffer, offset, length, StandardCharsets.US_ASCII);
                reply = text.contains("HELLO") ? ERROR : OK;
                replies += text.split("(?m)^\\*", -1).length - 1;
            }
        }
    };

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public boolean isOutputShutdown() {
        return false;
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public synchronized void close() {
        closed = true;
    }
}
