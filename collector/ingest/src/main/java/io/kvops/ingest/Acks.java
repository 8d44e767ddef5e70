package io.kvops.ingest;

import io.kvops.wire.Ack;
import io.netty.channel.ChannelHandlerContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Acknowledgements that a connection has not sent yet: the newest frame of an agent stands for all before. Of its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection, which is seen there
final class Acks {
    private final DoorState door;
    private @Nullable UUID agent;
    private long sequence;

    Acks(DoorState door) {
        this.door = door;
    }

    /** @param ctx to write to what there is of another agent; null if nothing can be written */
    void add(UUID agentId, long reached, @Nullable ChannelHandlerContext ctx) {
        UUID before = agent;
        if (before != null && !before.equals(agentId)) {
            write(before, ctx);
        }
        sequence = agentId.equals(before) ? Math.max(sequence, reached) : reached;
        agent = agentId;
    }

    void flush(@Nullable ChannelHandlerContext ctx) {
        UUID last = agent;
        if (last != null) {
            write(last, ctx);
            agent = null;
            if (ctx != null) {
                ctx.flush();
            }
        }
    }

    private void write(UUID to, @Nullable ChannelHandlerContext ctx) {
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }
        if (!ctx.channel().isWritable()) {
            door.counters().laggingClosed.increment();
            door.log()
                    .warn("lagging", DoorState.name(ctx.channel()) + " closed: it does not read its acknowledgements");
            ctx.close();
            return;
        }
        ctx.write(Outgoing.encoded(ctx.channel(), new Ack(to, sequence)));
    }
}
