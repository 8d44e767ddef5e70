package io.kvops.stores.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;

/**
 * Closes a connection that answers more than can be taken: the client would collect it in memory. Counts from the last
 * request. On a connection with TLS it counts encrypted bytes.
 */
final class ReplyLimit extends ChannelDuplexHandler {
    static final int MAX_BYTES = 32 << 20;

    private long bytes;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        bytes = 0;
        super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf buffer) {
            bytes += buffer.readableBytes();
            if (bytes > MAX_BYTES) {
                ReferenceCountUtil.release(message);
                context.fireExceptionCaught(
                        new TooLongFrameException("the reply is larger than " + (MAX_BYTES >> 20) + " MiB"));
                ChannelFuture unused = context.close();
                return;
            }
        }
        super.channelRead(context, message);
    }
}
