package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Meta commands and their answers (memcached's doc/protocol.txt), one behind the other on one connection. A key that is no word of the
 * protocol goes in Base64. For one thread.
 */
final class Conversation implements AutoCloseable {
    /** As long as a key may be in a command. */
    static final int MAX_KEY_CHARS = 250;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_LINE_BYTES = 2_048;

    private final HostPort at;
    private final Duration timeout;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] line = new byte[MAX_LINE_BYTES];

    private Conversation(HostPort at, Duration timeout, Socket socket) throws IOException {
        this.at = at;
        this.timeout = timeout;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** Connects, and logs in where the address has a password. */
    static Conversation open(StoreAddress address, Duration timeout) throws StoreException {
        HostPort at = address.host();
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(at.host(), at.port()), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            socket.setTcpNoDelay(true);
            Conversation conversation = new Conversation(at, timeout, socket);
            conversation.enter(address);
            return conversation;
        } catch (IOException e) {
            closeQuietly(socket, e);
            throw new StoreException(
                    Kind.UNREACHABLE, at + " can't be reached: " + e.getMessage() + "; is memcached running there?", e);
        } catch (StoreException e) {
            closeQuietly(socket, e);
            throw e;
        }
    }

    private static void closeQuietly(Socket socket, Exception because) {
        try {
            socket.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private void enter(StoreAddress address) throws IOException, StoreException {
        if (address.password().isPresent()) {
            byte[] login = (address.user() + " " + address.password().get().resolve()).getBytes(StandardCharsets.UTF_8);
            text("set login 0 0 " + login.length + "\r\n").data(Slice.of(login));
            String answer = answer();
            if (!answer.equals("STORED")) {
                throw new StoreException(Kind.REFUSED, at + " refused: " + answer + "; check user and password");
            }
        }
        String noop = text("mn\r\n").answer();
        if (noop.startsWith("CLIENT_ERROR")) {
            throw refused(noop);
        }
        if (!noop.equals("MN")) {
            throw new StoreException(
                    Kind.UNSUPPORTED, at + " has no meta commands; they came with memcached 1.6, which is needed");
        }
    }

    HostPort at() {
        return at;
    }

    /** Whether a key can be named in a command. */
    static boolean names(Slice key) {
        return key.length() > 0 && (isWord(key) ? key.length() : (key.length() + 2) / 3 * 4) <= MAX_KEY_CHARS;
    }

    private static boolean isWord(Slice key) {
        for (int i = 0; i < key.length(); i++) {
            int b = key.at(i) & 0xff;
            if (b <= ' ' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** A command begins: its name, a key, what stands behind the key, flags. */
    Conversation command(String name, Slice key, String middle, String flags) throws IOException {
        text(name + " ");
        boolean word = isWord(key);
        if (word) {
            out.write(key.array(), key.offset(), key.length());
        } else {
            out.write(Base64.getEncoder().encode(key.toBytes()));
        }
        return text(middle + (word ? "" : " b") + flags + "\r\n");
    }

    Conversation text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** The value that a command announced. */
    void data(Slice value) throws IOException {
        out.write(value.array(), value.offset(), value.length());
        text("\r\n");
    }

    void send() throws IOException {
        out.flush();
    }

    /** Sends what waits, and reads a line. */
    String answer() throws IOException, StoreException {
        send();
        return line();
    }

    /** The next line, without its end. */
    String line() throws IOException, StoreException {
        int length = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("it closed the connection");
            }
            if (b == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, end, StandardCharsets.ISO_8859_1);
            }
            if (length == MAX_LINE_BYTES) {
                throw new StoreException(
                        Kind.NONSENSE, at + " answers a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line[length++] = (byte) b;
        }
    }

    /** The answer to {@code stats}. */
    Map<String, String> statistics() throws IOException, StoreException {
        Map<String, String> found = new HashMap<>();
        String line = line();
        while (line.startsWith("STAT ")) {
            String[] words = line.split(" ", 3);
            found.put(words[1], words.length < 3 ? "" : words[2]);
            line = line();
        }
        if (!line.equals("END")) {
            throw refused(line);
        }
        return found;
    }

    /** A value of so many bytes, and its end of line. */
    byte[] value(int bytes) throws IOException, StoreException {
        byte[] value = in.readNBytes(bytes);
        if (value.length < bytes || !line().isEmpty()) {
            throw new EOFException("it broke off in a value");
        }
        return value;
    }

    /** What to throw for an answer that was not expected. */
    StoreException refused(String answer) {
        if (answer.startsWith("SERVER_ERROR out of memory")) {
            return new StoreException(
                    Kind.FULL, at + " has no more memory: " + answer + "; give it more (-m), or copy less");
        }
        boolean login = answer.startsWith("CLIENT_ERROR unauthenticated");
        return new StoreException(
                Kind.REFUSED, at + " refused: " + answer + (login ? "; name user and password in the address" : ""));
    }

    /** What to throw when the connection breaks. */
    StoreException broken(IOException error) {
        String what = error instanceof SocketTimeoutException
                ? "gave no answer within " + timeout.toMillis() + " ms (its timeout)"
                : "broke the connection: " + error.getMessage();
        return new StoreException(Kind.UNREACHABLE, at + " " + what, error);
    }

    @Override
    public void close() throws StoreException {
        try {
            socket.close();
        } catch (IOException e) {
            throw broken(e);
        }
    }
}
