package io.kvops.stores.format;

import io.kvops.stores.data.Slice;

/** Reads the fields of a protobuf message from a part of an array. */
final class ProtoFields {
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private int number;
    private int wireType;
    private long value;
    private int contentAt;

    void set(byte[] newBytes, int from, int to) {
        bytes = newBytes;
        at = from;
        end = to;
    }

    void set(Slice message) {
        set(message.array(), message.offset(), message.offset() + message.length());
    }

    /** Lets a slice be what has not been read of the message. */
    void messageOf(Slice into) {
        into.set(bytes, at, end - at);
    }

    /** Reads the next field; false at the end. */
    boolean field() throws DamagedException {
        if (at == end) {
            return false;
        }
        long tag = varint();
        number = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
        wireType = (int) (tag & 7);
        if (number == 0) {
            throw wrong();
        }
        switch (wireType) {
            case ProtoWriter.VARINT -> value = varint();
            case ProtoWriter.FIXED64 -> {
                contentAt = pass(Long.BYTES);
                value = LittleEndian.getLong(bytes, contentAt);
            }
            case ProtoWriter.FIXED32 -> {
                contentAt = pass(Integer.BYTES);
                value = LittleEndian.getInt(bytes, contentAt);
            }
            case ProtoWriter.SIZED -> {
                value = varint();
                contentAt = pass(value);
            }
            default -> throw wrong();
        }
        return true;
    }

    private int pass(long length) throws DamagedException {
        if (length < 0 || length > end - at) {
            throw wrong();
        }
        int from = at;
        at += (int) length;
        return from;
    }

    private long varint() throws DamagedException {
        long result = 0;
        for (int shift = 0; shift < 64 && at < end; shift += 7) {
            byte b = bytes[at++];
            result |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return result;
            }
        }
        throw wrong();
    }

    static DamagedException wrong() {
        return new DamagedException("a message that does not fit kvops-records.proto");
    }

    /** Number of the field that was read. */
    int number() {
        return number;
    }

    long varintValue() throws DamagedException {
        expect(ProtoWriter.VARINT);
        return value;
    }

    double doubleValue() throws DamagedException {
        expect(ProtoWriter.FIXED64);
        return Double.longBitsToDouble(value);
    }

    int fixed32Value() throws DamagedException {
        expect(ProtoWriter.FIXED32);
        return (int) value;
    }

    void sizedValue(Slice into) throws DamagedException {
        expect(ProtoWriter.SIZED);
        into.set(bytes, contentAt, (int) value);
    }

    /** Lets a reader read the message that the field is. */
    void messageValue(ProtoFields into) throws DamagedException {
        expect(ProtoWriter.SIZED);
        into.set(bytes, contentAt, contentAt + (int) value);
    }

    private void expect(int wanted) throws DamagedException {
        if (wireType != wanted) {
            throw wrong();
        }
    }
}
