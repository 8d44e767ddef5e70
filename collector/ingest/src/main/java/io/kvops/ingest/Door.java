package io.kvops.ingest;

import io.kvops.ingest.IngestException.Kind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The listening socket and its event loops. */
final class Door implements AutoCloseable {
    private static final int EVENT_LOOPS_MAX = 4;
    private static final long CLOSE_SECONDS = 5;
    private static final int PAGE_BYTES = 8 << 10;
    /** 1 MiB chunks: an idle collector must be small. */
    private static final int CHUNK_ORDER = 7;

    private static final int SMALL_CACHED = 64;
    private static final int NORMAL_CACHED = 8;

    private final IngestConfig config;
    private final InetAddress address;
    private final DoorState state;
    private @Nullable EventLoopGroup loops;
    private @Nullable ChannelGroup connections;
    private @Nullable Channel listener;

    Door(IngestConfig config, InetAddress address, DoorState state) {
        this.config = config;
        this.address = address;
        this.state = state;
    }

    /** Listens. @throws IngestException if the address cannot be bound; nothing is left open then */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with the event loop
    void open() throws IngestException {
        int threads = Math.min(EVENT_LOOPS_MAX, Runtime.getRuntime().availableProcessors());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("kvops-ingest"), NioIoHandler.newFactory());
        ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        loops = group;
        connections = all;
        List<DoorLoop> doorLoops = new ArrayList<>();
        for (EventExecutor executor : group) {
            doorLoops.add(new DoorLoop(executor, state::checkNanos));
        }
        PooledByteBufAllocator allocator = new PooledByteBufAllocator(
                true, 0, threads, PAGE_BYTES, CHUNK_ORDER, SMALL_CACHED, NORMAL_CACHED, false);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 2_048, LargeMessages.LEAST_BYTES))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(8 << 10, 64 << 10))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        all.add(channel);
                        AgentConnection connection = new AgentConnection(state, loopOf(channel, doorLoops));
                        DoorTls tls = state.tls();
                        if (tls != null) {
                            channel.pipeline().addLast(new TlsDetector(tls, connection, state));
                        }
                        channel.pipeline().addLast(connection);
                    }
                })
                .bind(address, config.port())
                .awaitUninterruptibly();
        listener = bound.channel();
        if (!bound.isSuccess()) {
            close();
            throw bindFailure(bound.cause());
        }
        doorLoops.forEach(DoorLoop::start);
        group.next().scheduleWithFixedDelay(state::sweep, Pacing.SWEEP_NANOS, Pacing.SWEEP_NANOS, TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("ReferenceEquality") // an event loop is itself only
    private static DoorLoop loopOf(Channel channel, List<DoorLoop> all) {
        for (DoorLoop loop : all) {
            if (loop.executor() == channel.eventLoop()) {
                return loop;
            }
        }
        throw new IllegalStateException("a channel of another group");
    }

    private IngestException bindFailure(Throwable cause) {
        String place = config.host() + ":" + config.port();
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof BindException && reason.contains("in use")) {
            return new IngestException(
                    Kind.PORT_IN_USE,
                    "ingest cannot listen on " + place
                            + ": the port is in use; stop what uses it, or choose another with --ingest-port",
                    cause);
        }
        return new IngestException(
                Kind.BIND,
                "ingest cannot listen on " + place + ": " + reason + "; choose another address or port",
                cause);
    }

    InetAddress address() {
        return address;
    }

    /** The port that is listened on. @throws IllegalStateException if the door is not open */
    int port() {
        Channel channel = listener;
        if (channel == null || !(channel.localAddress() instanceof InetSocketAddress local)) {
            throw new IllegalStateException("the ingest is not started");
        }
        return local.getPort();
    }

    /** Takes no more connections; those there are stay. */
    void closeListener() {
        Channel channel = listener;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    @Override
    public void close() {
        closeListener();
        ChannelGroup all = connections;
        if (all != null) {
            all.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        EventLoopGroup group = loops;
        if (group != null) {
            group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
