package io.kvops.benchmarks.fleet;

import io.kvops.wire.Ack;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Refusal;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent: makes frames when it is told to, sends them over its connection, keeps each until it is acknowledged, and
 * sends again what was not after it has connected again. All of it on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, and that leads to the next attempt
final class SimulatedAgent {
    /** Frames kept while nothing is acknowledged; past it none is made, which is counted. */
    private static final int KEPT_MAX = 1_024;

    private static final int LARGEST_ANSWER_BYTES = 64 << 10;
    private static final long RECONNECT_MILLIS = 500;

    private final Fleet fleet;
    private final int number;
    private final AgentName name;
    private final byte[] source;
    private final Tally tally;
    private final Bootstrap bootstrap;

    // by sequence number, modulo: what is not acknowledged
    private long[] endMillis = new long[4];
    private long[] dueNanos = new long[4];
    private long firstKept = 1;
    private long next = 1;

    private @Nullable Channel channel;
    private boolean welcome;
    private boolean closing;

    SimulatedAgent(Fleet fleet, int number, Tally tally, Bootstrap bootstrap) {
        this.fleet = fleet;
        this.number = number;
        this.name = AgentName.of(number, fleet.run());
        this.source = name.encodedSource();
        this.tally = tally;
        this.bootstrap = bootstrap;
    }

    boolean welcome() {
        return welcome;
    }

    /** Frames that are made and not acknowledged. */
    long kept() {
        return next - firstKept;
    }

    void connect() {
        SslContext tls = fleet.tls();
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        if (tls != null) {
                            ch.pipeline()
                                    .addLast(tls.newHandler(
                                            ch.alloc(),
                                            fleet.address().getHostString(),
                                            fleet.address().getPort()));
                        }
                        ch.pipeline().addLast(answers(), new Connection());
                    }
                })
                .connect(fleet.address())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        connectAgain();
                    }
                });
    }

    /** Makes the next frame, and sends it if it can. */
    void make(long due) {
        if (kept() == KEPT_MAX) {
            tally.heldBack();
            return;
        }
        if (kept() == endMillis.length) {
            grow();
        }
        int at = slot(next);
        endMillis[at] = System.currentTimeMillis();
        dueNanos[at] = due;
        tally.made(fleet.templateIndex(number, next));
        next++;
        if (welcome && channel != null) {
            write(channel, next - 1);
            channel.flush();
        }
    }

    void close() {
        closing = true;
        if (channel != null) {
            channel.close();
        }
    }

    private static ByteToMessageDecoder answers() {
        return new LengthFieldBasedFrameDecoder(
                LARGEST_ANSWER_BYTES, 0, WireCodec.LENGTH_BYTES, 0, WireCodec.LENGTH_BYTES);
    }

    private void grow() {
        long[] ends = new long[endMillis.length * 2];
        long[] dues = new long[ends.length];
        for (long sequence = firstKept; sequence < next; sequence++) {
            ends[(int) (sequence % ends.length)] = endMillis[slot(sequence)];
            dues[(int) (sequence % ends.length)] = dueNanos[slot(sequence)];
        }
        endMillis = ends;
        dueNanos = dues;
    }

    private int slot(long sequence) {
        return (int) (sequence % endMillis.length);
    }

    private void write(Channel to, long sequence) {
        FrameTemplate template = fleet.template(number, sequence);
        long end = endMillis[slot(sequence)];
        long start = end - fleet.frameMillis();
        int bytes = WireCodec.LENGTH_BYTES + template.messageBytes(source, sequence, start, end);
        ByteBuf out = to.alloc().buffer(bytes);
        template.write(out, source, sequence, start, end);
        to.write(out);
        tally.sent(bytes);
    }

    private void connectAgain() {
        if (!closing) {
            fleet.later(number, this::connect, RECONNECT_MILLIS);
        }
    }

    private void acked(long sequence) {
        long now = System.nanoTime();
        for (; firstKept <= sequence && firstKept < next; firstKept++) {
            tally.acked(fleet.templateIndex(number, firstKept), now - dueNanos[slot(firstKept)]);
        }
        if (fleet.closedLoop() && fleet.making()) {
            make(now);
        }
    }

    private void sendAgain(Channel to) {
        for (long sequence = firstKept; sequence < next; sequence++) {
            write(to, sequence);
            tally.resent();
        }
        to.flush();
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (fleet.tls() == null) {
                greet(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                greet(ctx);
            }
        }

        private void greet(ChannelHandlerContext ctx) {
            byte[] hello = WireCodec.encode(new Hello(
                    WireCodec.PROTOCOL_VERSION,
                    List.of(),
                    fleet.token(),
                    name.source(),
                    System.currentTimeMillis(),
                    "fleet"));
            ByteBuf out = ctx.alloc().buffer();
            out.writeInt(WireCodec.MAGIC);
            out.writeInt(hello.length);
            out.writeBytes(hello);
            ctx.writeAndFlush(out);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) throws WireException {
            ByteBuf in = (ByteBuf) read;
            Message message;
            try {
                byte[] bytes = new byte[in.readableBytes()];
                in.readBytes(bytes);
                message = WireCodec.decode(bytes);
            } finally {
                in.release();
            }
            if (message instanceof Ack ack) {
                acked(ack.sequence());
            } else if (message instanceof Welcome) {
                channel = ctx.channel();
                welcome = true;
                tally.connected();
                sendAgain(ctx.channel());
            } else if (message instanceof Refusal refusal) {
                tally.refused(refusal.kind());
                fleet.refusedBecause(refusal.message());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (welcome) {
                tally.disconnected();
            }
            welcome = false;
            channel = null;
            connectAgain();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fleet.refusedBecause(String.valueOf(cause.getMessage()));
            ctx.close();
        }
    }
}
