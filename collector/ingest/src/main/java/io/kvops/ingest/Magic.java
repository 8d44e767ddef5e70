package io.kvops.ingest;

import io.kvops.wire.Refusal;
import io.kvops.wire.WireCodec;
import io.netty.buffer.ByteBuf;

/** What the first bytes of a connection say. */
enum Magic {
    RIGHT(Refusal.Kind.MALFORMED, ""),
    INCOMPLETE(Refusal.Kind.MALFORMED, ""),
    OTHER_VERSION(Refusal.Kind.VERSION, "this is kvops wire format 1; use an agent of this version"),
    TLS(
            Refusal.Kind.MALFORMED,
            "this port does not speak TLS, and the other side does; switch it on here or off there"),
    FOREIGN(Refusal.Kind.MALFORMED, "this is the port for kvops agents, and that is not an agent");

    private static final int PREFIX = WireCodec.MAGIC >>> 8;
    /** First byte of a TLS handshake record (RFC 8446, section 5.1). */
    private static final int TLS_HANDSHAKE = 22;

    private final Refusal.Kind kind;
    private final String reason;

    Magic(Refusal.Kind kind, String reason) {
        this.kind = kind;
        this.reason = reason;
    }

    /** Tells as early as possible: what speaks another protocol may wait for an answer after one byte. */
    static Magic of(ByteBuf in) {
        int begin = in.readerIndex();
        int length = Math.min(in.readableBytes(), Integer.BYTES);
        for (int i = 0; i < length; i++) {
            byte expected = (byte) (WireCodec.MAGIC >>> (24 - 8 * i));
            if (in.getByte(begin + i) != expected) {
                if (i == 3 && in.getUnsignedMedium(begin) == PREFIX) {
                    return OTHER_VERSION;
                }
                return in.getByte(begin) == TLS_HANDSHAKE ? TLS : FOREIGN;
            }
        }
        return length == Integer.BYTES ? RIGHT : INCOMPLETE;
    }

    boolean isWrong() {
        return !reason.isEmpty();
    }

    Refusal.Kind kind() {
        return kind;
    }

    String reason() {
        return reason;
    }
}
