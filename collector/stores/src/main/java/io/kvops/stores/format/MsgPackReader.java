package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the maps of MessagePack files. */
final class MsgPackReader extends PieceReader {
    private final MsgPackText text = new MsgPackText();
    private final Slice key = new Slice();
    private boolean lost;
    private long offset;
    private boolean hasKey;
    private @Nullable RecordType type;
    private long expiresAtMillis;
    private Map<String, String> metadata = Map.of();
    private long part;
    private boolean more;
    private boolean empty;
    private int valueAt;

    MsgPackReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        offset = in.offset();
        if (!in.has(1)) {
            return false;
        }
        lost = true;
        int length = length();
        lost = false;
        int crc = in.crc();
        int from = in.position;
        in.consume(from + length);
        text.set(in.window, from, from + length);
        map(crc, from + length, sink);
        return true;
    }

    /** Reads on until the value that begins here stands in the window as a whole. */
    private int length() throws IOException {
        long values = 1;
        long at = 0;
        while (values > 0) {
            need(at + 1);
            int b = in.window[in.position + (int) at] & 0xff;
            at++;
            values--;
            if (b < 0x80 || b >= 0xe0 || (b >= 0xc0 && b <= 0xc3)) {
                continue;
            }
            if (b < 0x90) {
                values += 2L * (b & 0xf);
            } else if (b < 0xa0) {
                values += b & 0xf;
            } else if (b < 0xc0) {
                at += b & 0x1f;
            } else {
                int lengthBytes = lengthBytes(b);
                need(at + lengthBytes);
                long n = 0;
                for (int i = 0; i < lengthBytes; i++) {
                    n = n << 8 | (in.window[in.position + (int) at++] & 0xff);
                }
                switch (b) {
                    case 0xc4, 0xc5, 0xc6, 0xd9, 0xda, 0xdb -> at += n;
                    case 0xdc, 0xdd -> values += n;
                    case 0xde, 0xdf -> values += 2 * n;
                    default -> at += fixed(b);
                }
            }
        }
        need(at);
        return (int) at;
    }

    static int lengthBytes(int b) {
        return switch (b) {
            case 0xc4, 0xd9 -> 1;
            case 0xc5, 0xda, 0xdc, 0xde -> 2;
            case 0xc6, 0xdb, 0xdd, 0xdf -> 4;
            default -> 0;
        };
    }

    static int fixed(int b) throws DamagedException {
        return switch (b) {
            case 0xcc, 0xd0 -> 1;
            case 0xcd, 0xd1 -> 2;
            case 0xca, 0xce, 0xd2 -> 4;
            case 0xcb, 0xcf, 0xd3 -> 8;
            default -> throw new DamagedException("a value of a kind that such files do not have");
        };
    }

    private void need(long bytes) throws IOException {
        if (!in.has((int) Math.min(bytes, Integer.MAX_VALUE))) {
            throw in.cut();
        }
    }

    private void map(int crc, int end, RecordSink sink) throws IOException, StoreException {
        hasKey = false;
        type = null;
        expiresAtMillis = RecordHeader.NO_EXPIRY;
        metadata = Map.of();
        part = 1;
        more = false;
        empty = false;
        valueAt = -1;
        int keys = text.map();
        for (int i = 0; i < keys; i++) {
            if (entry(crc)) {
                return;
            }
        }
        if (text.position() != end) {
            throw new DamagedException("a map with more behind its end");
        }
        if (empty) {
            goOn(part);
            voided(sink);
            return;
        }
        if (valueAt < 0) {
            throw new DamagedException("a map without a value");
        }
        text.moveTo(valueAt);
        value(sink);
        if (!more) {
            end(sink);
        }
    }

    /** @return whether the map is not a record's, but begins or ends the file */
    private boolean entry(int crc) throws IOException {
        switch (text.text()) {
            case "key" -> {
                text.bytes(key);
                hasKey = true;
            }
            case "type" -> type = JsonReader.typeNamed(text.text());
            case "expiresAtMillis" -> {
                expiresAtMillis = text.number();
                if (expiresAtMillis < 0) {
                    throw new DamagedException(
                            "an expiry of " + expiresAtMillis + " (expected milliseconds since 1970)");
                }
            }
            case "metadata" -> readMetadata();
            case "part" -> part = text.number();
            case "value" -> {
                valueAt = text.position();
                text.skip();
            }
            case "more" -> more = text.bool();
            case "void" -> empty = text.bool();
            case "kvops" -> {
                if (!text.text().equals("msgpack") || !text.text().equals("version") || text.number() != 1) {
                    throw new DamagedException("a beginning of another format or version (expected version 1); read it"
                            + " with the version of kvops that wrote it, or a newer one");
                }
                signed();
                return true;
            }
            case "end" -> {
                readEnd(crc);
                return true;
            }
            default -> throw new DamagedException("a map with a name that such files do not have");
        }
        return false;
    }

    private void readMetadata() throws DamagedException {
        int count = text.map();
        if (count > RecordHeader.MAX_METADATA) {
            throw new DamagedException(count + " metadata");
        }
        Map<String, String> found = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            found.put(text.text(), text.text());
        }
        metadata = found;
    }

    private void readEnd(int crc) throws DamagedException {
        if (text.map() != 2 || !text.text().equals("records")) {
            throw new DamagedException("an end of the file without its number of records");
        }
        long records = text.number();
        if (!text.text().equals("crc32c")) {
            throw new DamagedException("an end of the file without its checksum");
        }
        fileEnd(records, (int) text.number(), crc);
    }

    private void value(RecordSink sink) throws IOException, StoreException {
        RecordType of;
        if (part > 1) {
            of = goOn(part);
        } else {
            RecordType named = type;
            if (!hasKey || named == null) {
                throw new DamagedException("a record without its " + (hasKey ? "type" : "key"));
            }
            of = begin(sink, key, named, expiresAtMillis, metadata);
            text.restart();
        }
        boolean stream = of == RecordType.STREAM;
        boolean nested = stream || of == RecordType.HASH || of == RecordType.ZSET;
        int count = text.array();
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.of(of);
            int values = nested ? text.array() : 1;
            if (stream) {
                kind = Kind.named(text.text());
                values--;
            }
            text.values(values);
            text.tell(kind, of, sink);
            text.endElement();
        }
    }

    @Override
    String place() {
        return "byte " + offset;
    }

    @Override
    boolean passOver() {
        return !lost;
    }
}
