package io.kvops.ingest;

import io.kvops.ingest.IngestException.Kind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The listening socket, its event loops, and what all connections share. */
final class Door implements AutoCloseable {
    /** Connections over the limit that may be told so at a time; any more are just closed. */
    static final int REFUSED_MAX = 64;

    private static final int EVENT_LOOPS_MAX = 4;
    private static final long CLOSE_SECONDS = 5;

    private final IngestConfig config;
    private final InetAddress address;
    private final IntakeQueue intake;
    private final Counters counters;
    private final LogLimit log;
    private final LongSupplier nanos;
    private final long checkNanos;
    private @Nullable EventLoopGroup loops;
    private @Nullable ChannelGroup connections;
    private @Nullable Channel listener;

    Door(
            IngestConfig config,
            InetAddress address,
            IntakeQueue intake,
            Counters counters,
            LogLimit log,
            LongSupplier nanos) {
        this.config = config;
        this.address = address;
        this.intake = intake;
        this.counters = counters;
        this.log = log;
        this.nanos = nanos;
        long shortest =
                Math.min(config.idleTimeout().toNanos(), config.messageTimeout().toNanos());
        this.checkNanos =
                Math.min(TimeUnit.SECONDS.toNanos(1), Math.max(TimeUnit.MILLISECONDS.toNanos(5), shortest / 4));
    }

    /** Listens. @throws IngestException if the address cannot be bound; nothing is left open then */
    void open() throws IngestException {
        int threads = Math.min(EVENT_LOOPS_MAX, Runtime.getRuntime().availableProcessors());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("kvops-ingest"), NioIoHandler.newFactory());
        ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        loops = group;
        connections = all;
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        all.add(channel);
                        channel.pipeline().addLast(new AgentConnection(Door.this));
                    }
                })
                .bind(address, config.port())
                .awaitUninterruptibly();
        listener = bound.channel();
        if (!bound.isSuccess()) {
            close();
            throw bindFailure(bound.cause());
        }
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

    IngestConfig config() {
        return config;
    }

    IntakeQueue intake() {
        return intake;
    }

    Counters counters() {
        return counters;
    }

    LogLimit log() {
        return log;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    /** How often a connection looks at its time limits. */
    long checkNanos() {
        return checkNanos;
    }

    /** A connection, as a log names it. */
    String name(Channel channel) {
        return "connection from " + channel.remoteAddress();
    }
}
