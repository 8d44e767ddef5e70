package io.kvops.stores.memcached;

import io.kvops.stores.Deadline;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks {@code stats} (memcached's doc/protocol.txt). For one thread; {@link #close} from any. */
final class StatsClient implements AutoCloseable {
    private static final int MAX_LINE = 2_048;
    private static final int MAX_LINES = 10_000;

    private final HostPort at;
    private final Socket socket = new Socket();
    private final InputStream in;

    /** Connects, and logs in where the address has a password. */
    StatsClient(StoreAddress address, Deadline deadline) throws StoreException {
        at = address.host();
        try {
            socket.connect(new InetSocketAddress(at.host(), at.port()), deadline.leftMillis());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            if (address.password().isPresent()) {
                login(address.user() + " " + address.password().get().resolve(), deadline);
            }
        } catch (IOException e) {
            close();
            throw failed(e, deadline);
        } catch (StoreException e) {
            close();
            throw e;
        }
    }

    private void login(String userAndPassword, Deadline deadline) throws IOException, StoreException {
        byte[] data = userAndPassword.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("set login 0 0 " + data.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        command.writeBytes(data);
        command.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        command.writeTo(socket.getOutputStream());
        String answer = line(deadline);
        if (!answer.equals("STORED")) {
            throw answered(answer);
        }
    }

    /**
     * The statistics of one group.
     *
     * @param group empty, or as {@code slabs}
     */
    Map<String, String> stats(String group, Deadline deadline) throws StoreException {
        Map<String, String> found = new LinkedHashMap<>();
        try {
            String command = group.isEmpty() ? "stats\r\n" : "stats " + group + "\r\n";
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            for (int lines = 0; lines < MAX_LINES; lines++) {
                String line = line(deadline);
                if (line.equals("END")) {
                    return found;
                }
                String[] words = line.split(" ", 3);
                if (words.length < 2 || !words[0].equals("STAT")) {
                    throw answered(line);
                }
                found.put(words[1], words.length == 3 ? words[2] : "");
            }
        } catch (IOException e) {
            throw failed(e, deadline);
        }
        throw new StoreException(Kind.NONSENSE, at + " answers more than " + MAX_LINES + " lines to stats");
    }

    private StoreException answered(String line) {
        boolean refused = line.startsWith("CLIENT_ERROR");
        return new StoreException(
                refused ? Kind.REFUSED : Kind.NONSENSE,
                at
                        + (refused
                                ? " refused: " + line + "; check user and password"
                                : " does not speak memcached's text protocol: " + line + "; check host and port"));
    }

    private String line(Deadline deadline) throws IOException, StoreException {
        StringBuilder line = new StringBuilder();
        while (true) {
            deadline.check();
            socket.setSoTimeout(deadline.leftMillis());
            int b = in.read();
            if (b < 0) {
                throw ended();
            }
            if (b == '\n') {
                return line.toString().stripTrailing();
            }
            if (line.length() >= MAX_LINE) {
                throw answered(line.substring(0, 60));
            }
            line.append((char) b);
        }
    }

    private StoreException failed(IOException e, Deadline deadline) {
        if (e instanceof SocketTimeoutException) {
            return deadline.late();
        }
        if (String.valueOf(e.getMessage()).contains("reset")) {
            return ended();
        }
        return new StoreException(
                Kind.UNREACHABLE, at + " can't be reached: " + e.getMessage() + "; is memcached running there?", e);
    }

    /** So does a memcached that ends. */
    private StoreException ended() {
        return new StoreException(
                Kind.UNREACHABLE,
                at
                        + " is reached, and ends the connection without an answer (expected memcached); check host and port");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // gone is gone
        }
    }
}
