package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * How a record is held as one string of bytes by stores that hold nothing else. A string without expiry and metadata is
 * held as it is; any other record as
 *
 * <pre>
 * 00 'k' 'v' 'o' 'p' 's' 01 | type 1 | expiry + 1 | count, {name, value} of metadata | elements, each behind its tag 1 | 00 | CRC32C 4
 * </pre>
 *
 * <p>Numbers are LEB128 (low 7 bits first), bytes and texts have their length before them, scores are 8 bytes (IEEE 754,
 * big-endian, as the checksum), ids two numbers. Types are their {@link RecordType#code}, tags 1 to 10 in the order of {@link RecordSink}'s
 * methods. A string that begins with the first seven bytes is held so too, so that reading is never in doubt; a value of another
 * program that begins so and has no matching checksum is a string. Version 1 is the byte 01.
 */
public final class Envelope {
    private static final byte[] MAGIC = {0, 'k', 'v', 'o', 'p', 's', 1};
    private static final int CHECKSUM_BYTES = 4;

    static final int END = 0;
    static final int CHUNK = 1;
    static final int FIELD = 2;
    static final int ITEM = 3;
    static final int MEMBER = 4;
    static final int SCORED = 5;
    static final int ENTRY = 6;
    static final int STATE = 7;
    static final int GROUP = 8;
    static final int CONSUMER = 9;
    static final int PENDING = 10;

    private Envelope() {}

    /** Whether a value is one. */
    public static boolean is(Slice value) {
        int body = value.length() - CHECKSUM_BYTES;
        if (!begins(value) || body < MAGIC.length + 3) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(value.array(), value.offset(), body);
        int sum = 0;
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            sum = sum << 8 | (value.at(body + i) & 0xff);
        }
        return sum == (int) crc.getValue();
    }

    /** Whether a plain string could be taken for one. */
    static boolean begins(Slice value) {
        return value.length() >= MAGIC.length
                && Arrays.equals(value.array(), value.offset(), value.offset() + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    static void begin(RecordHeader header, ByteBuffers into) throws StoreException {
        into.put(MAGIC, 0, MAGIC.length);
        into.put(header.type().code());
        into.number(header.expiresAtMillis() + 1);
        into.number(header.metadata().size());
        for (Map.Entry<String, String> entry : header.metadata().entrySet()) {
            into.bytes(Slice.of(entry.getKey()));
            into.bytes(Slice.of(entry.getValue()));
        }
    }

    static void end(ByteBuffers into) throws StoreException {
        into.put(END);
        CRC32C crc = new CRC32C();
        Slice all = into.all();
        crc.update(all.array(), all.offset(), all.length());
        int sum = (int) crc.getValue();
        for (int shift = 24; shift >= 0; shift -= 8) {
            into.put(sum >>> shift);
        }
    }

    /**
     * Tells the record that a value holds: what is enveloped, or a string.
     *
     * @param expiresAtMillis what the store itself says of a string
     * @param metadata what the store itself says; an envelope's own comes first
     * @throws StoreException of kind DAMAGED if the checksum fits and the content does not
     */
    public static void tell(
            Slice key, Slice value, long expiresAtMillis, Map<String, String> metadata, int chunkBytes, RecordSink to)
            throws StoreException {
        if (!is(value)) {
            to.begin(new RecordHeader(key, RecordType.STRING, expiresAtMillis, metadata));
            chunks(value, chunkBytes, to);
            to.end();
            return;
        }
        try {
            new Opener(value, chunkBytes, to).tell(key, expiresAtMillis, metadata);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "an encoded value of " + value.length() + " bytes makes no sense: " + e.getMessage()
                            + "; was it written by a later version?",
                    e);
        }
    }

    private static void chunks(Slice value, int chunkBytes, RecordSink to) throws StoreException {
        Slice part = new Slice();
        for (int at = 0; at < value.length(); at += chunkBytes) {
            to.chunk(part.set(value.array(), value.offset() + at, Math.min(chunkBytes, value.length() - at)));
        }
    }

    private static final class Opener {
        private final Slice value;
        private final int chunkBytes;
        private final RecordSink to;
        private final Slice one = new Slice();
        private final Slice two = new Slice();
        private int at = MAGIC.length;

        Opener(Slice value, int chunkBytes, RecordSink to) {
            this.value = value;
            this.chunkBytes = chunkBytes;
            this.to = to;
        }

        void tell(Slice key, long storeExpiry, Map<String, String> storeMetadata) throws StoreException {
            RecordType type = RecordType.of(value.at(at++));
            long expiresAt = number() - 1;
            int count = (int) Math.min(number(), RecordHeader.MAX_METADATA + 1);
            Map<String, String> metadata = new TreeMap<>(storeMetadata);
            for (int i = 0; i < count; i++) {
                String name = bytes(one).toText();
                metadata.put(name, new String(bytes(two).toBytes(), StandardCharsets.UTF_8));
            }
            to.begin(new RecordHeader(
                    key, type, expiresAt == RecordHeader.NO_EXPIRY ? storeExpiry : expiresAt, metadata));
            while (element(value.at(at++))) {
                // until the end
            }
            to.end();
        }

        private boolean element(int tag) throws StoreException {
            switch (tag) {
                case END -> {
                    return false;
                }
                case CHUNK -> chunks(bytes(one), chunkBytes, to);
                case FIELD -> to.field(bytes(one), bytes(two), number() - 1);
                case ITEM -> to.item(bytes(one));
                case MEMBER -> to.member(bytes(one));
                case SCORED -> to.scored(bytes(one), score());
                case ENTRY -> to.entry(id(), parts());
                case STATE -> to.state(id(), number(), id());
                case GROUP -> to.group(bytes(one), id(), number() - 1);
                case CONSUMER -> to.consumer(bytes(one));
                case PENDING -> to.pending(id(), bytes(one), number(), number());
                default -> throw new IllegalArgumentException("element " + tag);
            }
            return true;
        }

        private long number() {
            long result = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = value.at(at++);
                result |= (b & 0x7fL) << shift;
                if (b >= 0) {
                    return result;
                }
            }
            throw new IllegalArgumentException("a number of more than 64 bits");
        }

        private Slice bytes(Slice into) {
            long length = number();
            if (length < 0 || length > value.length() - at) {
                throw new IllegalArgumentException("a length of " + length);
            }
            into.set(value.array(), value.offset() + at, (int) length);
            at += (int) length;
            return into;
        }

        private double score() {
            long bits = 0;
            for (int i = 0; i < 8; i++) {
                bits = bits << 8 | (value.at(at++) & 0xff);
            }
            return Double.longBitsToDouble(bits);
        }

        private StreamId id() {
            return new StreamId(number(), number());
        }

        private List<Slice> parts() {
            long count = number();
            List<Slice> parts = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                parts.add(bytes(new Slice()));
            }
            return parts;
        }
    }
}
