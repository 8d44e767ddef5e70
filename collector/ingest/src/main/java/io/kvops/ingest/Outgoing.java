package io.kvops.ingest;

import io.kvops.wire.Message;
import io.kvops.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** What an agent is sent. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection, which is seen there
final class Outgoing {
    private Outgoing() {}

    static ChannelFuture send(Channel channel, Message message) {
        return channel.writeAndFlush(encoded(channel, message));
    }

    static ByteBuf encoded(Channel channel, Message message) {
        byte[] bytes = WireCodec.encode(message);
        ByteBuf out = channel.alloc().buffer(WireCodec.LENGTH_BYTES + bytes.length);
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
        return out;
    }

    /** Says that nothing more comes, and still reads. */
    static void end(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(done -> shutdown(ctx));
        } else {
            shutdown(ctx);
        }
    }

    private static void shutdown(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        } else {
            ctx.close();
        }
    }
}
