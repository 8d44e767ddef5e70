package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Refusal;
import io.kvops.wire.Source;
import io.kvops.wire.Unknown;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.slf4j.helpers.NOPLogger;

/** What a connection does with any bytes in any pieces: it answers in the protocol, and throws nothing. */
class AgentStreamFuzzTest {
    private static final int PIECES_MAX = 8;

    private final IngestConfig config = IngestConfig.builder(Path.of("unused"))
            .port(0)
            .maxFrameBytes(64 << 10)
            .build();

    @FuzzTest(maxDuration = "60s")
    void read(FuzzedDataProvider data) throws WireException {
        Counters counters = new Counters();
        IntakeQueue queue = new IntakeQueue(1_000, 1 << 20);
        DoorState door = new DoorState(
                config,
                null,
                queue,
                counters,
                new LogLimit(NOPLogger.NOP_LOGGER, () -> 0),
                Clock.systemUTC(),
                () -> 0,
                () -> false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(new AgentConnection(door, new DoorLoop(channel.eventLoop(), () -> 1_000)));
        channel.pipeline().fireChannelActive();
        boolean greeted = data.consumeBoolean();
        if (greeted) {
            channel.writeInbound(hello());
        }
        for (int i = 0; i < PIECES_MAX && channel.isOpen() && data.remainingBytes() > 0; i++) {
            byte[] piece = i == PIECES_MAX - 1
                    ? data.consumeRemainingAsBytes()
                    : data.consumeBytes(data.consumeInt(0, data.remainingBytes()));
            channel.writeInbound(Unpooled.wrappedBuffer(piece));
            channel.runPendingTasks();
        }
        channel.checkException();
        boolean welcome = answers(channel);
        if (greeted) {
            assertThat(welcome).isTrue();
        }
        for (Received frame : queue.take(1_000, Long.MAX_VALUE, 0)) {
            assertThat(WireCodec.decode(frame.bytes())).isNotInstanceOf(Unknown.class);
        }
        channel.finishAndReleaseAll();
    }

    private static ByteBuf hello() {
        Source source = new Source(new UUID(1, 1), "shop", "host:1", "host", 1, "17");
        byte[] hello = WireCodec.encode(new Hello(WireCodec.PROTOCOL_VERSION, List.of(), "", source, 0, "fuzz"));
        ByteBuf out = Unpooled.buffer();
        out.writeInt(WireCodec.MAGIC);
        out.writeInt(hello.length);
        out.writeBytes(hello);
        return out;
    }

    /** All that it said; whether a welcome is among it. */
    private static boolean answers(EmbeddedChannel channel) throws WireException {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        boolean welcome = false;
        while (all.isReadable()) {
            byte[] bytes = new byte[all.readInt()];
            all.readBytes(bytes);
            Message message = WireCodec.decode(bytes);
            assertThat(message).isInstanceOfAny(Welcome.class, Refusal.class);
            welcome |= message instanceof Welcome;
        }
        return welcome;
    }
}
