package io.kvops.wire;

/** A message of a kind that this version does not know, sent by a newer peer: to be skipped. */
public final class Unknown implements Message {
    private final int field;

    /** @param field number of the oneof member, 0 if the message had none at all */
    public Unknown(int field) {
        this.field = field;
    }

    public int field() {
        return field;
    }
}
