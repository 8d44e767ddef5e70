package io.kvops.wire;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which frame it is, read from its bytes without decoding what it counted: some tens of times as fast. */
public final class FrameId {
    private final UUID agentId;
    private final long sequence;

    private FrameId(UUID agentId, long sequence) {
        this.agentId = Objects.requireNonNull(agentId, "agentId");
        this.sequence = sequence;
    }

    /**
     * Reads the id of an encoded message, without a length in front.
     *
     * @return null if the message is not a frame
     * @throws WireException ({@link WireException.Kind#MALFORMED}) if the bytes are wrong so far as they were looked at;
     *     that none is thrown does not mean that {@link WireCodec#decode(byte[])} would not
     */
    public static @Nullable FrameId read(byte[] message) throws WireException {
        ProtoReader in = new ProtoReader(message, 0, message.length);
        FrameId id = null;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == Fields.FRAME) {
                int outer = in.enter("message");
                id = frame(in);
                in.exit(outer);
            } else {
                in.skip();
            }
        }
        return id;
    }

    private static FrameId frame(ProtoReader in) throws WireException {
        UUID agentId = null;
        long sequence = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 2) {
                agentId = agentId(in);
            } else if (field == 3) {
                sequence = in.unsigned("sequence");
            } else {
                in.skip();
            }
        }
        return new FrameId(MessageDecoder.required(in, agentId, "frame", "source"), sequence);
    }

    private static UUID agentId(ProtoReader in) throws WireException {
        long high = 0;
        long low = 0;
        int outer = in.enter("source");
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 1) {
                high = in.fixed64("agent id");
            } else if (field == 2) {
                low = in.fixed64("agent id");
            } else {
                in.skip();
            }
        }
        in.exit(outer);
        return new UUID(high, low);
    }

    public UUID agentId() {
        return agentId;
    }

    public long sequence() {
        return sequence;
    }
}
