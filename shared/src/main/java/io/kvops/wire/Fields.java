package io.kvops.wire;

/** Numbers of {@code kvops.proto} that both the encoder and the decoder need. */
final class Fields {
    static final int HELLO = 1;
    static final int FRAME = 2;
    static final int CONFIGURED = 3;
    static final int WELCOME = 11;
    static final int ACK = 12;
    static final int REFUSAL = 13;
    static final int CONFIGURE = 14;
    static final int PACE = 15;

    /** Most entries of a repeated field in one message: what a small element may cost in memory is bounded by it. */
    static final int MAX_ENTRIES = 1 << 16;

    /** Most words of a frame's string table. */
    static final int MAX_STRINGS = 1 << 18;

    private Fields() {}
}
