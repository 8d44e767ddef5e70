package io.kvops.stores.redis;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreProbe;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Measures Redis and Valkey. Its Netty threads begin with the first connection. */
public final class RedisProbe implements StoreProbe {
    private static final int THREADS = 2;

    private final Memories memories = new Memories();
    /** Clients that are being closed. */
    private final Map<RedisClients, CompletableFuture<?>> closing = new ConcurrentHashMap<>();

    private @Nullable ClientResources resources;

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-cluster", "redis-sentinel");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        RedisClients clients = new RedisClients(address, context, resources(), memories, closing);
        return switch (address.scheme()) {
            case "redis-cluster" -> new ClusterConnection(clients);
            case "redis-sentinel" -> new SentinelConnection(clients);
            default -> new ServerConnection(clients, address.host());
        };
    }

    private synchronized ClientResources resources() {
        ClientResources known = resources;
        if (known == null) {
            known = DefaultClientResources.builder()
                    .ioThreadPoolSize(THREADS)
                    .computationThreadPoolSize(THREADS)
                    .nettyCustomizer(new NettyCustomizer() {
                        @Override
                        public void afterChannelInitialized(Channel channel) {
                            channel.pipeline().addFirst(new ReplyLimit());
                        }
                    })
                    .build();
            resources = known;
        }
        return known;
    }

    @Override
    public void close() {
        ClientResources known;
        synchronized (this) {
            known = resources;
            resources = null;
        }
        if (known != null) {
            // connections, then timers, then threads: each would find the next one gone, and log it
            await(CompletableFuture.allOf(closing.values().toArray(new CompletableFuture<?>[0])));
            known.eventExecutorGroup()
                    .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                    .awaitUninterruptibly(1, TimeUnit.SECONDS);
            known.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }

    private static void await(CompletableFuture<?> all) {
        try {
            all.get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // they had their time
        }
    }
}
