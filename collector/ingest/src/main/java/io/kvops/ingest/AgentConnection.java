package io.kvops.ingest;

import io.kvops.ingest.Received.AckTarget;
import io.kvops.wire.Ack;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Refusal;
import io.kvops.wire.Unknown;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One agent's connection: magic, hello, then frames; all of it on the connection's event loop, which decodes and hands
 * over. While the queue is full nothing is read, and the sender waits in its own socket. After a refusal what still
 * comes is thrown away for a moment, so that the refusal is not lost in a reset of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection, which is seen there
final class AgentConnection extends ByteToMessageDecoder implements AckTarget {
    /** Who is not known yet cannot make the collector hold more than this. */
    private static final int HELLO_BYTES_MAX = 64 << 10;

    private static final int MAGIC_PREFIX = WireCodec.MAGIC >>> 8;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        MAGIC,
        HELLO,
        FRAMES,
        REFUSED
    }

    private final Door door;
    private State state = State.MAGIC;
    private volatile @Nullable ChannelHandlerContext context;
    private @Nullable UUID ackAgent;
    private long ackSequence;
    private boolean waiting;
    private boolean counted;
    private long stateNanos;
    private long messageNanos;
    private long partialNanos;
    private boolean partial;

    AgentConnection(Door door) {
        this.door = door;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        stateNanos = messageNanos = door.nanos();
        counted = true;
        door.counters().connectionsTotal.increment();
        int open = door.counters().connections.incrementAndGet();
        int most = door.config().maxConnections();
        if (open > most + Door.REFUSED_MAX) {
            door.counters().refused(Refusal.Kind.UNAVAILABLE);
            ctx.close();
            return;
        }
        if (open > most) {
            refuse(ctx, Refusal.Kind.UNAVAILABLE, "the collector holds " + most + " connections, its limit; raise it");
        }
        scheduleCheck(ctx);
        super.channelActive(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (counted) {
            counted = false;
            door.counters().connections.decrementAndGet();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (waiting) {
            return;
        }
        switch (state) {
            case MAGIC -> decodeMagic(ctx, in);
            case HELLO, FRAMES -> decodeMessage(ctx, in);
            case REFUSED -> in.skipBytes(in.readableBytes());
        }
    }

    private void decodeMagic(ChannelHandlerContext ctx, ByteBuf in) {
        // as early as possible: what speaks another protocol may wait for an answer after one byte
        int length = Math.min(in.readableBytes(), Integer.BYTES);
        for (int i = 0; i < length; i++) {
            byte expected = (byte) (WireCodec.MAGIC >>> (24 - 8 * i));
            if (in.getByte(in.readerIndex() + i) != expected) {
                boolean other = i == 3 && in.getUnsignedMedium(in.readerIndex()) == MAGIC_PREFIX;
                if (other) {
                    refuse(ctx, Refusal.Kind.VERSION, "this is kvops wire format 1; use an agent of this version");
                } else {
                    refuse(ctx, Refusal.Kind.MALFORMED, "this is the port for kvops agents, and that is not an agent");
                }
                return;
            }
        }
        if (length == Integer.BYTES) {
            in.skipBytes(Integer.BYTES);
            state = State.HELLO;
        }
    }

    private void decodeMessage(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() < WireCodec.LENGTH_BYTES) {
            notePartial(in.isReadable());
            return;
        }
        int limit = state == State.HELLO
                ? Math.min(HELLO_BYTES_MAX, door.config().maxFrameBytes())
                : door.config().maxFrameBytes();
        int length = in.getInt(in.readerIndex());
        try {
            WireCodec.checkLength(length, limit);
            if (in.readableBytes() < WireCodec.LENGTH_BYTES + length) {
                notePartial(true);
                return;
            }
            byte[] bytes = new byte[length];
            in.getBytes(in.readerIndex() + WireCodec.LENGTH_BYTES, bytes);
            if (take(ctx, WireCodec.decode(bytes), bytes)) {
                in.skipBytes(WireCodec.LENGTH_BYTES + length);
                messageNanos = door.nanos();
                partial = false;
            }
        } catch (WireException e) {
            refuse(ctx, kindOf(e), e.getMessage() + "; see that agent and collector are of one version");
        }
    }

    /** Handles a message; false if it has to wait, and stays where it is. */
    private boolean take(ChannelHandlerContext ctx, Message message, byte[] bytes) {
        if (state == State.HELLO) {
            if (message instanceof Hello hello) {
                greet(ctx, hello);
            } else {
                refuse(ctx, Refusal.Kind.MALFORMED, "the first message is not a hello");
            }
            return true;
        }
        if (message instanceof Frame frame) {
            return hand(ctx, frame, bytes);
        }
        if (message instanceof Unknown) {
            door.counters().unknownMessages.increment();
        } else {
            refuse(
                    ctx,
                    Refusal.Kind.MALFORMED,
                    "an agent may not send " + message.getClass().getSimpleName() + " here");
        }
        return true;
    }

    private void greet(ChannelHandlerContext ctx, Hello hello) {
        if (hello.protocol() < WireCodec.PROTOCOL_VERSION) {
            refuse(
                    ctx,
                    Refusal.Kind.VERSION,
                    "protocol version " + hello.protocol() + " is not spoken here (expected "
                            + WireCodec.PROTOCOL_VERSION + "); use an agent of the collector's version");
            return;
        }
        if (!tokenMatches(hello.token())) {
            refuse(
                    ctx,
                    Refusal.Kind.TOKEN,
                    (hello.token().isEmpty() ? "no token" : "wrong token")
                            + "; give the agent the token of the collector's configuration");
            return;
        }
        state = State.FRAMES;
        send(
                ctx.channel(),
                new Welcome(WireCodec.PROTOCOL_VERSION, List.of(), door.config().maxFrameBytes(), Map.of(), 0));
    }

    private boolean tokenMatches(String token) {
        String expected = door.config().token();
        // compares all bytes whatever they are, so that the time tells nothing
        return expected.isEmpty()
                || MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private boolean hand(ChannelHandlerContext ctx, Frame frame, byte[] bytes) {
        if (frame.sequence() < 1) {
            refuse(ctx, Refusal.Kind.MALFORMED, "sequence " + frame.sequence() + " (expected 1 or more)");
            return true;
        }
        Received received = new Received(frame.source().agentId(), frame.sequence(), bytes, frame, this);
        if (door.intake().offer(received, () -> ctx.executor().execute(() -> resume(ctx)))) {
            return true;
        }
        waiting = true;
        door.counters().queueFull.increment();
        ctx.channel().config().setAutoRead(false);
        return false;
    }

    private void resume(ChannelHandlerContext ctx) {
        waiting = false;
        if (!ctx.channel().isActive()) {
            return;
        }
        messageNanos = partialNanos = door.nanos();
        try {
            // decodes what is already here
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            exceptionCaught(ctx, e);
        }
        if (!waiting) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public Executor executor() {
        ChannelHandlerContext ctx = context;
        return ctx == null ? Runnable::run : ctx.executor();
    }

    @Override
    public void ack(UUID agentId, long sequence) {
        UUID waitingAgent = ackAgent;
        if (waitingAgent != null && !waitingAgent.equals(agentId)) {
            writeAck(waitingAgent);
        }
        ackSequence = agentId.equals(ackAgent) ? Math.max(ackSequence, sequence) : sequence;
        ackAgent = agentId;
    }

    @Override
    public void flushAcks() {
        UUID agent = ackAgent;
        ChannelHandlerContext ctx = context;
        if (agent != null && ctx != null) {
            writeAck(agent);
            ackAgent = null;
            ctx.flush();
        }
    }

    private void writeAck(UUID agent) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || state == State.REFUSED || !ctx.channel().isActive()) {
            return;
        }
        if (!ctx.channel().isWritable()) {
            door.counters().laggingClosed.increment();
            door.log().warn("lagging", door.name(ctx.channel()) + " closed: it does not read its acknowledgements");
            ctx.close();
            return;
        }
        ctx.write(encoded(ctx.channel(), new Ack(agent, ackSequence)));
    }

    private void refuse(ChannelHandlerContext ctx, Refusal.Kind kind, String reason) {
        state = State.REFUSED;
        stateNanos = door.nanos();
        door.counters().refused(kind);
        String line = LogLimit.clean(reason);
        door.log().warn(kind.name(), door.name(ctx.channel()) + " refused: " + line);
        send(ctx.channel(), new Refusal(kind, line)).addListener(done -> {
            if (ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } else {
                ctx.close();
            }
        });
    }

    private static io.netty.channel.ChannelFuture send(Channel channel, Message message) {
        return channel.writeAndFlush(encoded(channel, message));
    }

    private static ByteBuf encoded(Channel channel, Message message) {
        byte[] bytes = WireCodec.encode(message);
        ByteBuf out = channel.alloc().buffer(WireCodec.LENGTH_BYTES + bytes.length);
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
        return out;
    }

    private void notePartial(boolean begun) {
        if (begun && !partial) {
            partialNanos = door.nanos();
        }
        partial = begun;
    }

    private void scheduleCheck(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> check(ctx), door.checkNanos(), TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        long now = door.nanos();
        long messageLimit = door.config().messageTimeout().toNanos();
        if (state == State.REFUSED) {
            if (now - stateNanos > LINGER_NANOS) {
                ctx.close();
            }
        } else if (waiting) {
            // nothing is read, so nothing is late
            messageNanos = now;
        } else if (state != State.FRAMES
                ? now - stateNanos > messageLimit
                : partial && now - partialNanos > messageLimit) {
            door.counters().slowClosed.increment();
            door.log()
                    .warn(
                            "slow",
                            door.name(ctx.channel()) + " closed: no whole message within "
                                    + door.config().messageTimeout());
            ctx.close();
        } else if (now - messageNanos > door.config().idleTimeout().toNanos()) {
            door.counters().idleClosed.increment();
            ctx.close();
        }
        scheduleCheck(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        door.counters().brokenConnections.increment();
        if (!(cause instanceof java.io.IOException)) {
            door.log().warn("broken", door.name(ctx.channel()) + " closed: " + cause);
        }
        ctx.close();
    }

    private static Refusal.Kind kindOf(WireException e) {
        return switch (e.kind()) {
            case MALFORMED -> Refusal.Kind.MALFORMED;
            case VERSION -> Refusal.Kind.VERSION;
            case TOO_LARGE -> Refusal.Kind.TOO_LARGE;
        };
    }
}
