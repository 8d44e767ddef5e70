package io.kvops.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes and back, in the protobuf encoding of {@code kvops.proto} (beside this class in the jar, with units
 * and the rules for old readers). Stateless: any thread may use it, but for a {@link Dictionary}.
 *
 * <p>A stream is {@link #MAGIC}, from the agent only, then messages, each behind its length in 4 bytes, big endian: {@link
 * #write} and {@link #read}.
 */
public final class WireCodec {
    /** The protocol version that this codec speaks. */
    public static final int PROTOCOL_VERSION = 1;

    /** What an agent sends first on a connection: 'K' 'V' 'O' '1' as a big-endian number. */
    public static final int MAGIC = 0x4B564F31;

    /** Largest message in bytes, unless the collector says otherwise. */
    public static final int MAX_FRAME_BYTES = 4 << 20;

    /** Bytes of the length that stands before each message of a stream. */
    public static final int LENGTH_BYTES = 4;

    private WireCodec() {}

    /**
     * Encodes any message but {@link Unknown}, without a length in front. The same message gives the same bytes.
     *
     * @throws IllegalArgumentException if a count is negative, or it is not a message of this protocol
     */
    public static byte[] encode(Message message) {
        return new MessageEncoder().encode(message);
    }

    /** As {@link #decode(byte[], int, int)}, of a whole array. */
    public static Message decode(byte[] bytes) throws WireException {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * Decodes one message of either direction, without a length in front. Memory that it takes is bounded by a small
     * multiple of the length. The array is not kept.
     *
     * @return the message; {@link Unknown} if a newer peer sent a kind that this version does not know
     * @throws WireException ({@link WireException.Kind#MALFORMED}) whatever is wrong with the bytes
     * @throws IndexOutOfBoundsException if offset and length are not inside of the array
     */
    public static Message decode(byte[] bytes, int offset, int length) throws WireException {
        if ((offset | length) < 0 || length > bytes.length - offset) {
            throw new IndexOutOfBoundsException("offset " + offset + ", length " + length + " of " + bytes.length);
        }
        return new MessageDecoder(new ProtoReader(bytes, offset, length)).decode();
    }

    /**
     * As {@link #decode(byte[])}, for one message of many that say the same words.
     *
     * @param dictionary what it learns from each, and finds again
     */
    public static Message decode(byte[] bytes, Dictionary dictionary) throws WireException {
        return new MessageDecoder(new ProtoReader(bytes, 0, bytes.length, dictionary)).decode();
    }

    /** Writes the 4 bytes of {@link #MAGIC}. */
    public static void writeMagic(OutputStream out) throws IOException {
        writeInt(out, MAGIC);
    }

    /** Writes an encoded message behind its length; does not flush. */
    public static void write(OutputStream out, byte[] message) throws IOException {
        writeInt(out, message.length);
        out.write(message);
    }

    /**
     * Reads one message behind its length, as bytes that {@link #decode(byte[])} takes.
     *
     * @param maxBytes largest message to take
     * @return null at a stream that ends before the first byte of a length
     * @throws WireException ({@link WireException.Kind#TOO_LARGE}, or MALFORMED for a negative length); the stream is of
     *     no use after it
     * @throws EOFException if the stream ends inside of a message
     */
    public static byte @Nullable [] read(InputStream in, int maxBytes) throws IOException, WireException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        DataInputStream data = new DataInputStream(in);
        int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
        checkLength(length, maxBytes);
        byte[] message = new byte[length];
        data.readFully(message);
        return message;
    }

    /**
     * Checks a length that came over the wire before anything is allocated for it.
     *
     * @throws WireException if it is negative or over the limit
     */
    public static void checkLength(int length, int maxBytes) throws WireException {
        if (length < 0) {
            throw new WireException(
                    WireException.Kind.MALFORMED,
                    "malformed message: length " + length + " (expected 0 to " + maxBytes + ")");
        }
        if (length > maxBytes) {
            throw new WireException(
                    WireException.Kind.TOO_LARGE, "message too large: " + length + " bytes (limit " + maxBytes + ")");
        }
    }

    private static void writeInt(OutputStream out, int value) throws IOException {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }
}
