package io.kvops.agent.core;

import io.kvops.agent.boot.AgentOptions;
import io.kvops.wire.Configure;
import io.kvops.wire.Hello;
import io.kvops.wire.Pace;
import io.kvops.wire.Source;
import io.kvops.wire.WireCodec;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the collector is and how it lets this agent in: address, TLS, token. The I/O thread. */
final class Door {
    static final String VERSION = "0.1.0";

    private static final int CONNECT_MILLIS = 3_000;
    /** For the TLS handshake, of which each message may take so long. */
    private static final int HANDSHAKE_MILLIS = 3_000;

    private static final String FILE = "file:";
    private static final List<String> CAPABILITIES =
            Collections.unmodifiableList(Arrays.asList(Configure.CAPABILITY, Pace.CAPABILITY));

    private final String address;
    private final String host;
    private final int port;
    private final @Nullable Tls tls;
    private final String token;
    private final Source source;
    private final long startMillis;

    /** @param startMillis when the agent started, epoch milliseconds */
    Door(AgentOptions options, Source source, long startMillis) {
        address = options.text("collector");
        int colon = address.lastIndexOf(':');
        host = address.substring(0, colon);
        port = Integer.parseInt(address.substring(colon + 1));
        tls = options.tls() ? new Tls(options) : null;
        token = options.text("token");
        this.source = source;
        this.startMillis = startMillis;
    }

    /** host:port */
    String address() {
        return address;
    }

    boolean isTls() {
        return tls != null;
    }

    /** Connects and says hello; the answer is to be read. */
    Connection open() throws IOException {
        Hello hello = new Hello(WireCodec.PROTOCOL_VERSION, CAPABILITIES, token(), source, startMillis, VERSION);
        Tls secure = tls;
        Socket socket = secure == null ? new Socket() : new RecordSocket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            Socket spoken = socket;
            if (secure != null) {
                socket.setSoTimeout(HANDSHAKE_MILLIS);
                spoken = secure.over(socket, host, port);
            }
            return Connection.greet(socket, spoken, hello);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Read at each connection, so that a new token needs no restart. */
    private String token() throws IOException {
        if (!token.startsWith(FILE)) {
            return token;
        }
        String path = token.substring(FILE.length());
        try {
            return new String(Files.readAllBytes(new File(path).toPath()), StandardCharsets.UTF_8).trim();
        } catch (IOException | RuntimeException e) {
            throw new IOException("token=" + token + " cannot be read: " + e, e);
        }
    }
}
