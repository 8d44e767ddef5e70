package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection to one server, logged in, in its database. For one thread. */
final class RespConnection implements AutoCloseable {
    private static final byte[] ASKING = ascii("ASKING");

    private final HostPort at;
    private final Duration timeout;
    private final Socket socket;
    /** Whether others say who is master. */
    private final boolean elected;

    private final RespInput in;
    private final RespOutput out;
    private boolean asking;
    private int asked;

    private RespConnection(HostPort at, Duration timeout, Socket socket, boolean elected) throws IOException {
        this.elected = elected;
        this.at = at;
        this.timeout = timeout;
        this.socket = socket;
        this.in = new RespInput(socket.getInputStream());
        this.out = new RespOutput(socket.getOutputStream());
    }

    /** Connects and enters. */
    static RespConnection open(StoreAddress address, HostPort at, Duration timeout) throws StoreException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(at.host(), at.port()), (int) timeout.toMillis());
            plain.setSoTimeout((int) timeout.toMillis());
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            Socket socket = address.tls() ? Tls.over(plain, address, at) : plain;
            RespConnection connection =
                    new RespConnection(at, timeout, socket, address.scheme().equals(Sentinels.SCHEME));
            connection.enter(address);
            return connection;
        } catch (IOException e) {
            closeQuietly(plain, e);
            throw new StoreException(
                    Kind.UNREACHABLE,
                    at + " can't be reached: " + e.getClass().getSimpleName() + " " + e.getMessage()
                            + "; is the server running there?",
                    e);
        } catch (StoreException | RuntimeException e) {
            closeQuietly(plain, e);
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

    private void enter(StoreAddress address) throws StoreException, IOException {
        try {
            if (address.password().isPresent()) {
                String password = address.password().get().resolve();
                if (address.user().isEmpty()) {
                    out.command(ascii("AUTH"), 1).arg(password);
                } else {
                    out.command(ascii("AUTH"), 2).arg(address.user()).arg(password);
                }
                out.flush();
                in.okay();
            }
            if (!address.path().isEmpty() && !address.scheme().equals(Sentinels.SCHEME)) {
                out.command(ascii("SELECT"), 1).arg(address.path());
                out.flush();
                in.okay();
            }
        } catch (ErrorReply e) {
            throw refused(e);
        }
    }

    static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    HostPort at() {
        return at;
    }

    RespInput in() {
        return in;
    }

    RespOutput out() {
        return out;
    }

    /** Whether a node of a cluster is asked for keys that are on their way to it. */
    void asking(boolean wanted) {
        asking = wanted;
    }

    /** A command begins, to be {@link #sent} with its arguments. */
    RespOutput command(byte[] name, int arguments) throws IOException {
        if (asking) {
            out.command(ASKING, 0);
            asked++;
        }
        return out.command(name, arguments);
    }

    /** Sends commands, encoded already, that belong together. */
    void commands(Slice encoded) throws IOException {
        if (asking) {
            out.command(ASKING, 0);
            asked++;
        }
        out.encoded(encoded.array(), encoded.length());
    }

    /** Sends what waits; the first answer is next to be read. */
    RespInput sent() throws IOException, StoreException {
        out.flush();
        for (; asked > 0; asked--) {
            try {
                in.okay();
            } catch (ErrorReply e) {
                throw refused(e);
            }
        }
        return in;
    }

    /** Sends a command and leaves its answer to be read. */
    RespInput ask(String name, Object... arguments) throws IOException, StoreException {
        RespOutput out = command(ascii(name), arguments.length);
        for (Object argument : arguments) {
            if (argument instanceof Long number) {
                out.arg(number);
            } else if (argument instanceof byte[] bytes) {
                out.arg(bytes);
            } else {
                out.arg(argument.toString());
            }
        }
        return sent();
    }

    /** How long to wait for bytes from now on, at least 1 ms. */
    void waitAtMost(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
    }

    /** Sends a command whose answer is text. */
    String text(String name, Object... arguments) throws StoreException {
        try {
            return ask(name, arguments).text();
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            throw refused(e);
        }
    }

    /** What CONFIG says of a name; empty if it may not be asked. */
    String setting(String name) throws StoreException {
        try {
            int words = ask("CONFIG", "GET", name).array();
            String value = "";
            for (int i = 0; i < words; i++) {
                value = in.text();
            }
            return value;
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            return "";
        }
    }

    /** What to throw when the server answers with an error. */
    StoreException refused(ErrorReply error) {
        String text = error.text();
        String code = text.contains(" ") ? text.substring(0, text.indexOf(' ')) : text;
        return switch (code) {
            case "OOM" ->
                new StoreException(
                        Kind.FULL,
                        at + " has no more memory: " + text + "; raise its maxmemory or choose another target");
            case "MISCONF" ->
                new StoreException(Kind.FULL, at + " refuses writes as it can't save: " + text + "; look at its disk");
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN" ->
                new StoreException(Kind.UNREACHABLE, at + " is not ready: " + text + "; try again later");
            case "WRONGPASS", "NOAUTH" ->
                new StoreException(Kind.REFUSED, at + " refused: " + text + "; check user and password");
            case "NOPERM" ->
                new StoreException(Kind.REFUSED, at + " refused: " + text + "; give the user that permission");
            case "READONLY" ->
                elected
                        ? new StoreException(Kind.UNREACHABLE, at + " is no master any more: " + text)
                        : new StoreException(
                                Kind.REFUSED, at + " refused: " + text + "; name the master, not a replica");
            case "MOVED", "ASK" ->
                new StoreException(
                        Kind.CONFIGURATION, at + " is a node of a cluster; name it as redis-cluster://host:port");
            default -> refused(text);
        };
    }

    private StoreException refused(String text) {
        if (text.contains("cluster support disabled")) {
            return new StoreException(Kind.CONFIGURATION, at + " is no node of a cluster; name it as redis://" + at);
        }
        if (text.contains("DUMP payload version")) {
            return new StoreException(
                    Kind.UNSUPPORTED,
                    at + " does not take values as the source serialises them (" + text
                            + "); copy them element by element instead");
        }
        return new StoreException(Kind.REFUSED, at + " refused: " + text);
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
