package io.kvops.agent.core;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket below TLS whose reading gives up waiting only between two records, as some JDKs lose their place when a time-out
 * hits them inside of one. One thread.
 */
final class RecordSocket extends Socket {
    private static final int HEADER_BYTES = 5;
    /** A record that has begun is on the network, all of it. */
    private static final int RECORD_MILLIS = 10_000;

    private int waitMillis = RECORD_MILLIS;
    private @Nullable InputStream records;

    /** How long a read waits for the next record to begin. */
    @Override
    public synchronized void setSoTimeout(int millis) {
        waitMillis = millis;
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        InputStream made = records;
        if (made == null) {
            made = new Records(super.getInputStream());
            records = made;
        }
        return made;
    }

    private void limit(int millis) throws IOException {
        super.setSoTimeout(millis);
    }

    /** Never reads past the end of a record, so it always knows where it is. */
    private final class Records extends InputStream {
        private final InputStream in;
        private int headerAt;
        private int bodyLeft;

        Records(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            boolean between = headerAt == 0;
            limit(between ? waitMillis : RECORD_MILLIS);
            int most = headerAt < HEADER_BYTES ? HEADER_BYTES - headerAt : bodyLeft;
            int n;
            try {
                n = in.read(into, offset, Math.min(length, most));
            } catch (SocketTimeoutException e) {
                if (between) {
                    throw e;
                }
                throw new IOException("the collector stopped inside of a TLS record", e);
            }
            if (n > 0) {
                advance(into, offset, n);
            }
            return n;
        }

        private void advance(byte[] bytes, int offset, int n) {
            if (headerAt == HEADER_BYTES) {
                bodyLeft -= n;
            }
            for (int i = 0; i < n && headerAt < HEADER_BYTES; i++) {
                // the last two bytes of a header are the length
                bodyLeft = headerAt++ < HEADER_BYTES - 2 ? 0 : (bodyLeft << 8) | (bytes[offset + i] & 0xFF);
            }
            if (headerAt == HEADER_BYTES && bodyLeft == 0) {
                headerAt = 0;
            }
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
