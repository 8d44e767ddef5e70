package io.kvops.ingest;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** First on a connection of a door with TLS: an agent that does not speak it is told so in words that it understands. */
final class TlsDetector extends OptionalSslHandler {
    private static final long HANDSHAKE_MILLIS_MAX = TimeUnit.SECONDS.toMillis(10);

    private final AgentConnection connection;
    private final DoorState state;

    TlsDetector(DoorTls tls, AgentConnection connection, DoorState state) {
        super(tls.context());
        this.connection = connection;
        this.state = state;
    }

    @Override
    protected SslHandler newSslHandler(ChannelHandlerContext ctx, SslContext tls) {
        SslHandler handler = tls.newHandler(ctx.alloc());
        long limit = state.config().messageTimeout().toMillis();
        handler.setHandshakeTimeoutMillis(Math.min(HANDSHAKE_MILLIS_MAX, limit));
        return handler;
    }

    @Override
    protected @Nullable ChannelHandler newNonSslHandler(ChannelHandlerContext ctx) {
        connection.speaksPlain();
        return null;
    }
}
