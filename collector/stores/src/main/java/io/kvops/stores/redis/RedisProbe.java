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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Measures Redis and Valkey. Its Netty threads begin with the first connection. */
public final class RedisProbe implements StoreProbe {
    private static final int THREADS = 2;

    private final Memories memories = new Memories();
    private @Nullable ClientResources resources;

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-cluster", "redis-sentinel");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        RedisClients clients = new RedisClients(address, context, resources(), memories);
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
            known.shutdown(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }
}
