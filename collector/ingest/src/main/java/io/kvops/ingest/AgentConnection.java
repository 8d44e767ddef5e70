package io.kvops.ingest;

import io.kvops.ingest.Received.AckTarget;
import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Pace;
import io.kvops.wire.Refusal;
import io.kvops.wire.Unknown;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One agent's connection: magic, hello, then frames; all of it on the connection's event loop, which decodes and hands
 * over. While the queue is full, or a quota is used up, nothing is read, and the sender waits in its own socket. After a
 * refusal what still comes is thrown away for a moment, so that the refusal is not lost in a reset of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection, which is seen there
final class AgentConnection extends ByteToMessageDecoder implements AckTarget {
    /** Connections over the limit that may be told so at a time; any more are just closed. */
    private static final int REFUSED_MAX = 64;

    /** Who is not known yet cannot make the collector hold more than this. */
    private static final int HELLO_BYTES_MAX = 16 << 10;

    private static final List<String> CAPABILITIES = List.of(Configure.CAPABILITY, Pace.CAPABILITY);

    private enum State {
        MAGIC,
        HELLO,
        FRAMES,
        REFUSED
    }

    private final DoorState door;
    private final DoorLoop loop;
    private final Acks acks;
    private final Deadlines deadlines = new Deadlines();
    private State state = State.MAGIC;
    private @Nullable ChannelHandlerContext context;
    private volatile @Nullable AgentSession session;
    private int indexInLoop;
    private int largeBytes;
    private boolean plain;
    private boolean waiting;
    private boolean counted;

    AgentConnection(DoorState door, DoorLoop loop) {
        this.door = door;
        this.acks = new Acks(door);
        this.loop = loop;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        deadlines.changed(door.nanos());
        deadlines.message(door.nanos());
        counted = true;
        loop.add(this);
        door.counters().connectionsTotal.increment();
        int open = door.counters().connections.incrementAndGet();
        int most = door.config().maxConnections();
        boolean fits = door.enter(ctx.channel());
        if (open > most + REFUSED_MAX) {
            door.counters().refused(Refusal.Kind.UNAVAILABLE);
            ctx.close();
            return;
        }
        if (open > most) {
            refuse(ctx, Refusal.Kind.UNAVAILABLE, "the collector holds " + most + " connections, its limit; raise it");
        } else if (!fits) {
            refuse(
                    ctx,
                    Refusal.Kind.UNAVAILABLE,
                    "there are " + door.config().maxConnectionsPerAddress()
                            + " connections from this address, the limit; raise maxConnectionsPerAddress");
        }
        super.channelActive(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (!counted) {
            return;
        }
        counted = false;
        loop.remove(this);
        door.left(this);
        door.leave(ctx.channel());
        door.counters().connections.decrementAndGet();
        AgentSession known = session;
        ServiceGate gate = known == null ? null : known.gate();
        if (known != null && gate != null) {
            gate.leave(known.hello().source().agentId());
        }
        releaseLarge();
    }

    /** The door has TLS, and this connection does not speak it. */
    void speaksPlain() {
        plain = true;
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
        Magic magic = Magic.of(in);
        if (magic.isWrong()) {
            refuse(ctx, magic.kind(), magic.reason());
        } else if (magic == Magic.RIGHT && plain) {
            refuse(ctx, Refusal.Kind.TOKEN, "this port speaks TLS; switch it on in the agent's options");
        } else if (magic == Magic.RIGHT) {
            in.skipBytes(Integer.BYTES);
            state = State.HELLO;
        }
    }

    private void decodeMessage(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() < WireCodec.LENGTH_BYTES) {
            notePartial(in.isReadable());
            return;
        }
        int most = door.config().maxFrameBytes();
        int length = in.getInt(in.readerIndex());
        try {
            WireCodec.checkLength(length, state == State.HELLO ? Math.min(HELLO_BYTES_MAX, most) : most);
            if (in.readableBytes() < WireCodec.LENGTH_BYTES + length) {
                notePartial(true);
                if (length > LargeMessages.LEAST_BYTES && largeBytes == 0) {
                    takeLarge(ctx, length);
                }
                return;
            }
            byte[] bytes = new byte[length];
            in.getBytes(in.readerIndex() + WireCodec.LENGTH_BYTES, bytes);
            // a token is not for a dictionary
            Message message =
                    state == State.HELLO ? WireCodec.decode(bytes) : WireCodec.decode(bytes, loop.dictionary());
            if (take(ctx, message, bytes)) {
                in.skipBytes(WireCodec.LENGTH_BYTES + length);
                deadlines.message(door.nanos());
                deadlines.nothingBegun();
                releaseLarge();
            }
        } catch (WireException e) {
            refuse(ctx, kindOf(e), e.getMessage() + "; see that agent and collector are of one version");
        }
    }

    private void takeLarge(ChannelHandlerContext ctx, int length) {
        boolean now = door.large()
                .take(
                        length,
                        () -> ctx.executor().execute(() -> {
                            largeBytes = length;
                            resume(ctx);
                        }));
        if (now) {
            largeBytes = length;
        } else {
            door.press();
            stopReading(ctx);
        }
    }

    private void releaseLarge() {
        if (largeBytes > 0) {
            int held = largeBytes;
            largeBytes = 0;
            door.large().release(held);
        }
    }

    /** Handles a message; false if it has to wait, and stays where it is. */
    private boolean take(ChannelHandlerContext ctx, Message message, byte[] bytes) {
        AgentSession known = session;
        if (known == null) {
            if (message instanceof Hello hello) {
                greet(ctx, hello);
            } else {
                refuse(ctx, Refusal.Kind.MALFORMED, "the first message is not a hello");
            }
            return true;
        }
        if (message instanceof Frame frame) {
            return hand(ctx, known, frame, bytes);
        }
        if (message instanceof Configured configured) {
            known.configured(configured);
            if (!configured.problems().isEmpty()) {
                door.counters().configurationsRefused.increment();
                door.log()
                        .warn(
                                "configured",
                                "agent " + known.hello().source().instance() + " did not take configuration "
                                        + configured.version() + ": "
                                        + configured.problems().get(0));
            }
        } else if (message instanceof Unknown) {
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
        Welcoming.Answer answer = Welcoming.answer(hello, door.admission());
        Refusal.Kind refused = answer.refused();
        if (refused != null) {
            refuse(ctx, refused, answer.reason());
            return;
        }
        welcome(
                ctx,
                new AgentSession(
                        hello,
                        answer.gate(),
                        String.valueOf(ctx.channel().remoteAddress()).replaceFirst("^/", ""),
                        door.clock().instant()));
    }

    private void welcome(ChannelHandlerContext ctx, AgentSession agent) {
        state = State.FRAMES;
        session = agent;
        // before the configuration is looked at: one that comes now is either seen here or told
        door.welcomed(this);
        admitAgain(); // tokens may have changed between
        AgentConfiguration configuration = door.agentConfiguration();
        agent.configurationSent(configuration.version());
        Outgoing.send(
                ctx.channel(),
                new Welcome(
                        WireCodec.PROTOCOL_VERSION,
                        CAPABILITIES,
                        door.config().maxFrameBytes(),
                        configuration.of(agent.service()),
                        configuration.version()));
        sendPace(ctx, agent);
    }

    private boolean hand(ChannelHandlerContext ctx, AgentSession agent, Frame frame, byte[] bytes) {
        if (frame.sequence() < 1) {
            refuse(ctx, Refusal.Kind.MALFORMED, "sequence " + frame.sequence() + " (expected 1 or more)");
            return true;
        }
        String service = frame.source().service();
        if (!door.admission().maySend(agent.service(), service)) {
            // not acknowledged, so the agent keeps it for one that has the right token
            door.counters().foreignFrames.increment();
            door.log()
                    .warn(
                            "foreign",
                            DoorState.name(ctx.channel()) + ": a frame of service " + service
                                    + " is not taken, as the token is for " + agent.service());
            return true;
        }
        Received received = new Received(frame.source().agentId(), frame.sequence(), bytes, frame, this);
        if (!door.intake().offer(received, () -> ctx.executor().execute(() -> resume(ctx)))) {
            door.press();
            stopReading(ctx);
            return false;
        }
        agent.received(bytes.length);
        ServiceGate gate = agent.gate();
        long wait = gate == null ? 0 : gate.take(bytes.length, door.nanos());
        if (wait > 0) {
            door.counters().quotaWaits.increment();
            stopReading(ctx);
            ctx.executor().schedule(() -> resume(ctx), wait, TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void stopReading(ChannelHandlerContext ctx) {
        waiting = true;
        ctx.channel().config().setAutoRead(false);
    }

    private void resume(ChannelHandlerContext ctx) {
        waiting = false;
        if (!ctx.channel().isActive()) {
            releaseLarge();
            return;
        }
        deadlines.resumed(door.nanos());
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

    /** Sends the pace of now, if it is another than before. Any thread. */
    void tellPace() {
        onLoop(this::sendPace);
    }

    private void sendPace(ChannelHandlerContext ctx, AgentSession agent) {
        long millis = door.pacing().paceMillis(agent);
        if (agent.can(Pace.CAPABILITY) && millis != agent.paceMillis()) {
            agent.paceSent(millis);
            door.counters().pacesSent.increment();
            Outgoing.send(ctx.channel(), new Pace(millis));
        }
    }

    /** Sends the configuration of now, if the agent was not sent it yet and can take it. Any thread. */
    void tellConfiguration() {
        onLoop((ctx, agent) -> {
            AgentConfiguration configuration = door.agentConfiguration();
            if (agent.can(Configure.CAPABILITY) && configuration.version() != agent.sentVersion()) {
                agent.configurationSent(configuration.version());
                Outgoing.send(ctx.channel(), new Configure(configuration.version(), configuration.of(agent.service())));
            }
        });
    }

    /** Looks again at the token, which may not be right any more. Any thread. */
    void admitAgain() {
        onLoop((ctx, agent) -> {
            if (!door.admission().admits(agent.hello())) {
                refuse(ctx, Refusal.Kind.TOKEN, "the token is not right any more; give the agent the new one");
            } else if (!Objects.equals(door.admission().gate(agent.service()), agent.gate())) {
                refuse(ctx, Refusal.Kind.UNAVAILABLE, "the quota of the service is another one now; connect again");
            }
        });
    }

    private interface Action {
        void run(ChannelHandlerContext ctx, AgentSession agent);
    }

    private void onLoop(Action action) {
        loop.executor().execute(() -> {
            ChannelHandlerContext ctx = context;
            AgentSession agent = session;
            if (ctx != null
                    && agent != null
                    && state == State.FRAMES
                    && ctx.channel().isActive()) {
                action.run(ctx, agent);
            }
        });
    }

    /** The agent, once it is welcome. Any thread. */
    @Nullable
    AgentSession session() {
        return session;
    }

    @Override
    public Executor executor() {
        return loop.executor();
    }

    @Override
    public void ack(UUID agentId, long sequence) {
        acks.add(agentId, sequence, outgoing());
    }

    @Override
    public void flushAcks() {
        acks.flush(outgoing());
    }

    private @Nullable ChannelHandlerContext outgoing() {
        return state == State.REFUSED ? null : context;
    }

    private void refuse(ChannelHandlerContext ctx, Refusal.Kind kind, String reason) {
        if (state == State.REFUSED) {
            return;
        }
        state = State.REFUSED;
        deadlines.changed(door.nanos());
        door.counters().refused(kind);
        door.left(this);
        String line = LogLimit.clean(reason);
        door.log().warn(kind.name(), DoorState.name(ctx.channel()) + " refused: " + line);
        Outgoing.send(ctx.channel(), new Refusal(kind, line)).addListener(done -> Outgoing.end(ctx));
    }

    private void notePartial(boolean begun) {
        if (begun) {
            deadlines.begun(door.nanos());
        } else {
            deadlines.nothingBegun();
        }
    }

    int indexInLoop() {
        return indexInLoop;
    }

    void indexInLoop(int index) {
        indexInLoop = index;
    }

    /** Looks at the time limits; now and then, on the event loop. */
    void check() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        long now = door.nanos();
        if (waiting && state != State.REFUSED) {
            deadlines.message(now); // nothing is read, so nothing is late
            return;
        }
        Deadlines.Verdict verdict = switch (state) {
            case REFUSED -> deadlines.ofRefused(now);
            case FRAMES -> deadlines.ofAgent(now, door.config());
            case MAGIC, HELLO -> deadlines.ofStranger(now, door.config());
        };
        switch (verdict) {
            case NOTHING -> {}
            case END -> ctx.close();
            case IDLE -> {
                door.counters().idleClosed.increment();
                ctx.close();
            }
            case SLOW -> {
                door.counters().slowClosed.increment();
                door.log()
                        .warn(
                                "slow",
                                DoorState.name(ctx.channel()) + " closed: no whole message within "
                                        + door.config().messageTimeout());
                ctx.close();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            door.counters().tlsFailures.increment();
            door.log().warn("tls", DoorState.name(ctx.channel()) + " closed: no TLS session: " + handshake.cause());
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean tls = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        door.counters().brokenConnections.increment();
        if (!tls && !(cause instanceof IOException)) {
            door.log().warn("broken", DoorState.name(ctx.channel()) + " closed: " + cause);
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
