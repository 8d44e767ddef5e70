package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the objects of JSON files; how they are found in the file differs between an array and lines. */
abstract class JsonReader extends PieceReader {
    private final JsonText text = new JsonText();
    private final Slice key = new Slice();
    private final Slice scratch = new Slice();

    private boolean hasKey;
    private @Nullable RecordType type;
    private long expiresAtMillis;
    private Map<String, String> metadata = Map.of();
    private long part;
    private boolean more;
    private boolean empty;
    /** Where the value stands that comes before what is needed to read it, or -1. */
    private int valueAt;

    private @Nullable RecordType telling;

    JsonReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    /** Reads the object that stands in the window from an index to another; its checksum is that of all before it. */
    final void object(int from, int to, int crc, RecordSink sink) throws IOException, StoreException {
        byte[] window = in.window;
        text.set(window, from, to);
        hasKey = false;
        type = null;
        expiresAtMillis = RecordHeader.NO_EXPIRY;
        metadata = Map.of();
        part = 1;
        more = false;
        empty = false;
        valueAt = -1;
        telling = null;
        text.expect('{');
        boolean known = false;
        if (!text.accept('}')) {
            do {
                known |= member(crc, sink);
            } while (text.accept(','));
            text.expect('}');
        }
        text.expectEnd();
        if (known) {
            return;
        }
        finish(sink);
    }

    private void finish(RecordSink sink) throws IOException, StoreException {
        if (empty) {
            goOn(part);
            voided(sink);
            return;
        }
        if (telling == null) {
            if (valueAt < 0) {
                throw new DamagedException("an object without a value");
            }
            text.moveTo(valueAt);
            value(sink);
        }
        if (!more) {
            end(sink);
        }
    }

    /** @return whether the object is not a record's, but begins or ends the file */
    private boolean member(int crc, RecordSink sink) throws IOException, StoreException {
        String name = text.text();
        text.expect(':');
        switch (name) {
            case "key" -> {
                once(!hasKey, name);
                text.value(key);
                hasKey = true;
            }
            case "type" -> {
                once(type == null, name);
                type = typeNamed(text.text());
            }
            case "expiresAtMillis" -> {
                once(telling == null, name);
                expiresAtMillis = instant();
            }
            case "metadata" -> {
                once(telling == null, name);
                metadata = text.metadata();
            }
            case "part" -> {
                once(telling == null, name);
                part = text.integer();
            }
            case "value" -> {
                once(telling == null && valueAt < 0, name);
                if (isSigned() && ((hasKey && type != null) || part > 1)) {
                    value(sink);
                } else {
                    text.peek();
                    valueAt = text.position();
                    text.skip(0);
                }
            }
            case "more" -> more = text.bool();
            case "void" -> empty = text.bool();
            case "kvops" -> {
                checkVersion(text.text());
                return true;
            }
            case "end" -> {
                fileEnd(crc);
                return true;
            }
            default ->
                throw new DamagedException("an unknown name (expected key, type, value, expiresAtMillis, metadata)");
        }
        return false;
    }

    private static void once(boolean first, String name) throws DamagedException {
        if (!first) {
            throw new DamagedException("\"" + name + "\" twice in one object, or behind its value");
        }
    }

    private long instant() throws DamagedException {
        long millis = text.integer();
        if (millis < 0) {
            throw new DamagedException("an expiry of " + millis + " (expected milliseconds since 1970)");
        }
        return millis;
    }

    static RecordType typeNamed(String name) throws DamagedException {
        return switch (name) {
            case "string" -> RecordType.STRING;
            case "hash" -> RecordType.HASH;
            case "list" -> RecordType.LIST;
            case "set" -> RecordType.SET;
            case "zset" -> RecordType.ZSET;
            case "stream" -> RecordType.STREAM;
            case "opaque" -> RecordType.OPAQUE;
            default ->
                throw new DamagedException(
                        "an unknown type (expected string, hash, list, set, zset, stream or opaque)");
        };
    }

    private void checkVersion(String format) throws DamagedException {
        text.expect(',');
        String name = text.text();
        text.expect(':');
        if (!format.toLowerCase(Locale.ROOT).startsWith("json") || !name.equals("version") || text.integer() != 1) {
            throw new DamagedException("a beginning of another format or version (expected version 1); read it with the"
                    + " version of kvops that wrote it, or a newer one");
        }
        signed();
    }

    private void fileEnd(int crc) throws DamagedException {
        text.expect('{');
        long records = member("records");
        text.expect(',');
        if (!text.text().equals("crc32c")) {
            throw new DamagedException("an end of the file without its checksum");
        }
        text.expect(':');
        String digits = text.text();
        text.expect('}');
        fileEnd(records, crcOf(digits), crc);
    }

    private long member(String name) throws DamagedException {
        if (!text.text().equals(name)) {
            throw new DamagedException("an end of the file without its \"" + name + "\"");
        }
        text.expect(':');
        return text.integer();
    }

    static int crcOf(String digits) throws DamagedException {
        try {
            return Crc.parse(digits);
        } catch (IllegalArgumentException e) {
            throw new DamagedException("a checksum that is none", e);
        }
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
        telling = of;
        if (TupleWriter.ofChunks(of) && text.peek() != '[') {
            text.restartElement();
            text.tell(Kind.CHUNK, of, sink);
        } else if (of == RecordType.HASH && text.accept('{')) {
            fields(sink);
        } else {
            elements(of, sink);
        }
    }

    /** The short form of a hash, which people write: {@code {"name":"value"}}. */
    private void fields(RecordSink sink) throws IOException, StoreException {
        if (text.accept('}')) {
            return;
        }
        Slice name = scratch;
        Slice value = new Slice();
        do {
            text.string(name);
            text.expect(':');
            text.value(value);
            sink.field(name, value, RecordHeader.NO_EXPIRY);
        } while (text.accept(','));
        text.expect('}');
    }

    private void elements(RecordType of, RecordSink sink) throws IOException, StoreException {
        text.expect('[');
        if (text.accept(']')) {
            return;
        }
        boolean stream = of == RecordType.STREAM;
        boolean nested = stream || of == RecordType.HASH || of == RecordType.ZSET;
        do {
            Kind kind = Kind.of(of);
            text.restartElement();
            if (nested) {
                text.expect('[');
            }
            if (stream) {
                kind = Kind.named(text.text());
                text.afterFirst();
            }
            text.tell(kind, of, sink);
            if (nested) {
                text.expect(']');
            }
        } while (text.accept(','));
        text.expect(']');
    }
}
