package io.kvops.server.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Takes a request of a version that is not spoken for one that is malformed: Vert.x by itself would answer 501, and a client's
 * fault is not to look like one of the server.
 */
@Sharable
final class Versions extends ChannelInboundHandlerAdapter {
    private static final Versions ALL = new Versions();

    private Versions() {}

    /** What such a request fails with. */
    static final class NotSpokenException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        NotSpokenException(HttpVersion version) {
            super("the version of HTTP: " + version + " (expected HTTP/1.1 or HTTP/1.0)");
        }
    }

    static void check(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            base.channel().pipeline().addBefore("handler", "versions", ALL);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            HttpVersion version = request.protocolVersion();
            if (!isSpoken(version)) {
                request.setDecoderResult(DecoderResult.failure(new NotSpokenException(version)));
                request.setProtocolVersion(HttpVersion.HTTP_1_1);
            }
        }
        context.fireChannelRead(message);
    }

    /** Netty has one instance of each that is spelled as it should be, and Vert.x compares with these. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSpoken(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }
}
