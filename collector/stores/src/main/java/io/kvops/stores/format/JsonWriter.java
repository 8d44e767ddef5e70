package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Writes JSON, one object a line, of an array or by themselves. */
final class JsonWriter extends TupleWriter {
    private static final int PIECE_BYTES = 64 << 10;
    private static final byte[][] TYPES = typeNames();

    private final boolean array;
    private final JsonBytes text;
    /** Where in the output the bracket of a value stands. */
    private int valueAt;

    private long part;
    private int elementsInPiece;
    private boolean stream;
    private boolean nested;
    private boolean comma;

    JsonWriter(Output out, long records, boolean array) {
        super(out, records);
        this.array = array;
        this.text = new JsonBytes(out);
    }

    @Override
    void writeStart() {
        out.ascii(array ? "[\n{\"kvops\":\"json\",\"version\":1}" : "{\"kvops\":\"jsonl\",\"version\":1}\n");
    }

    private static byte[][] typeNames() {
        RecordType[] types = RecordType.values();
        byte[][] names = new byte[types.length][];
        for (RecordType type : types) {
            names[type.code()] = (",\"type\":\"" + type.name().toLowerCase(Locale.ROOT) + "\"")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
        return names;
    }

    @Override
    void startRecord(RecordHeader header) {
        startPiece();
        out.ascii("{\"key\":");
        text.put(header.key());
        out.put(TYPES[header.type().code()]);
        if (header.expires()) {
            out.ascii(",\"expiresAtMillis\":");
            text.number(header.expiresAtMillis());
        }
        if (!header.metadata().isEmpty()) {
            out.ascii(",\"metadata\":");
            text.metadata(header.metadata());
        }
        part = 1;
        stream = header.type() == RecordType.STREAM;
        startValue();
    }

    private void startPiece() {
        if (array) {
            out.put(',');
            out.put('\n');
        }
    }

    private void startValue() {
        out.ascii(",\"value\":");
        valueAt = out.size;
        out.put('[');
        elementsInPiece = 0;
    }

    @Override
    void openElement(Kind kind, int values) {
        if (elementsInPiece++ > 0) {
            out.put(',');
        }
        nested = stream || kind == Kind.FIELD || kind == Kind.SCORED;
        comma = false;
        if (nested) {
            out.put('[');
        }
        if (stream) {
            out.put('"');
            out.ascii(kind.label());
            out.put('"');
            comma = true;
        }
    }

    private void separate() {
        if (comma) {
            out.put(',');
        }
        comma = true;
    }

    @Override
    void bytes(Slice value) {
        separate();
        text.put(value);
    }

    @Override
    void number(long value) {
        separate();
        text.number(value);
    }

    @Override
    void score(double value) {
        separate();
        if (Scores.isWord(value)) {
            text.quoted(Scores.text(value));
        } else {
            out.ascii(Scores.text(value));
        }
    }

    @Override
    void id(StreamId value) {
        separate();
        text.quoted(value.toString());
    }

    @Override
    void list(List<Slice> values) {
        separate();
        text.list(values);
    }

    @Override
    void closeElement() {
        if (nested) {
            out.put(']');
        }
    }

    @Override
    void endRecord() {
        if (part == 1 && elementsInPiece == 1 && ofChunks(current().type())) {
            out.array[valueAt] = ' ';
        } else {
            out.put(']');
        }
        endPiece();
    }

    private void endPiece() {
        out.put('}');
        if (!array) {
            out.put('\n');
        }
    }

    @Override
    boolean full() {
        return out.size >= PIECE_BYTES;
    }

    @Override
    void breakRecord() {
        out.ascii("],\"more\":true");
        endPiece();
    }

    @Override
    void continueRecord() {
        startPart();
        startValue();
    }

    private void startPart() {
        startPiece();
        part++;
        out.ascii("{\"part\":");
        text.number(part);
    }

    @Override
    void voidRecord() {
        out.size = 0;
        part--;
        startPart();
        out.ascii(",\"void\":true");
        endPiece();
    }

    @Override
    void writeEnd() throws StoreException {
        startPiece();
        out.flush();
        out.ascii("{\"end\":{\"records\":");
        text.number(records());
        out.ascii(",\"crc32c\":\"" + Crc.text(out.crc()) + "\"}}" + (array ? "\n]\n" : "\n"));
    }
}
