package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Opens connections to the servers behind one address. */
final class RedisClients implements AutoCloseable {
    private static final int QUEUE = 4_096;

    private final StoreAddress address;
    private final ProbeContext context;
    private final RedisClient client;
    private final Memories memories;
    private final Map<RedisClients, CompletableFuture<?>> closing;

    RedisClients(
            StoreAddress address,
            ProbeContext context,
            ClientResources resources,
            Memories memories,
            Map<RedisClients, CompletableFuture<?>> closing) {
        this.closing = closing;
        this.memories = memories;
        this.address = address;
        this.context = context;
        this.client = RedisClient.create(resources);
        ClientOptions.Builder options = ClientOptions.builder()
                // the prober decides when to try again
                .autoReconnect(false)
                // RESP2 needs no HELLO, which old servers and narrow permissions lack
                .protocolVersion(ProtocolVersion.RESP2)
                .pingBeforeActivateConnection(false)
                .requestQueueSize(QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(context.timeout())
                        .keepAlive(true)
                        .build());
        if (address.tls()) {
            options.sslOptions(tls());
        }
        client.setOptions(options.build());
    }

    StoreAddress address() {
        return address;
    }

    ProbeContext context() {
        return context;
    }

    /** What is remembered of one server. */
    Memories.Memory memory(HostPort at) {
        return memories.of(address.tls() + " " + at);
    }

    /** A new connection. The caller closes it. */
    RedisServer connect(HostPort at, Deadline deadline) throws StoreException {
        boolean sentinel = address.scheme().equals("redis-sentinel");
        return connect(at, deadline, true, sentinel ? "" : address.path());
    }

    /** One to a sentinel, which has its own users, or none. */
    RedisServer connectSentinel(HostPort at, Deadline deadline) throws StoreException {
        return connect(at, deadline, false, "");
    }

    private RedisServer connect(HostPort at, Deadline deadline, boolean login, String database) throws StoreException {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(at.host())
                .withPort(at.port())
                .withSsl(address.tls())
                .withTimeout(Duration.ofNanos(Math.max(1_000_000, deadline.leftNanos())));
        if (address.tls()) {
            uri.withVerifyPeer(verify());
        }
        if (!database.isEmpty()) {
            uri.withDatabase(Integer.parseInt(database));
        }
        if (login && address.password().isPresent()) {
            char[] password = address.password().get().resolve().toCharArray();
            if (address.user().isEmpty()) {
                uri.withPassword(password);
            } else {
                uri.withAuthentication(address.user(), password);
            }
        }
        StatefulRedisConnection<String, String> connection = Answers.await(
                client.connectAsync(new StringCodec(StandardCharsets.ISO_8859_1), uri.build()), at, deadline);
        return new RedisServer(at, connection);
    }

    private SslVerifyMode verify() {
        String verify = address.options().getOrDefault("verify", "full");
        return switch (verify) {
            case "full" -> SslVerifyMode.FULL;
            case "ca" -> SslVerifyMode.CA;
            case "none" -> SslVerifyMode.NONE;
            default ->
                throw new IllegalArgumentException(
                        "address " + address + ": verify=" + verify + " (expected full, ca or none)");
        };
    }

    private SslOptions tls() {
        verify();
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider().handshakeTimeout(context.timeout());
        String ca = address.options().get("ca");
        if (ca != null) {
            options.trustManager(new File(ca));
        }
        String certificate = address.options().get("cert");
        String key = address.options().get("key");
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("address " + address + ": expected both cert and key, or none");
        }
        if (certificate != null && key != null) {
            options.keyManager(new File(certificate), new File(key), new char[0]);
        }
        return options.build();
    }

    @Override
    public void close() {
        CompletableFuture<?> closed = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
        closing.put(this, closed);
        CompletableFuture<?> unused = closed.whenComplete((nothing, failure) -> closing.remove(this));
    }
}
