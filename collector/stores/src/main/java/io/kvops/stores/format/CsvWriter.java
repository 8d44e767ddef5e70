package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** Writes CSV (RFC 4180, lines end with LF), an element a row; each row has its record's key. */
final class CsvWriter extends TupleWriter {
    static final String COLUMNS = "kvops_v1,key,type,expires_at_millis,metadata,element,id,name,value,number,number2";
    static final char WHOLE = 'W';
    static final char BEGIN = 'B';
    static final char CONTINUED = 'C';
    static final char END = 'E';
    static final char VOID = 'V';
    static final char FILE_END = 'F';

    private static final int PIECE_BYTES = 64 << 10;

    private final CsvBytes text;
    /** For values that are JSON within a field: an entry's names and values, which stay until the row is written. */
    private final Output list = new Output(OutputStream.nullOutputStream(), "list");

    private final JsonBytes listText = new JsonBytes(list);
    private final Output metadata = new Output(OutputStream.nullOutputStream(), "metadata");
    private final JsonBytes metadataText = new JsonBytes(metadata);
    private final Slice field = new Slice();
    private int rowAt;
    private final Row row = new Row();

    CsvWriter(Output out, long records) {
        super(out, records);
        this.text = new CsvBytes(out);
    }

    @Override
    void writeStart() {
        out.ascii(COLUMNS + "\n");
    }

    /** The values of an element in their columns. */
    private static final class Row {
        private Kind kind = Kind.CHUNK;
        private final Slice name = new Slice();
        private final Slice value = new Slice();
        private boolean hasName;
        private boolean hasValue;
        private String id = "";
        private String secondId = "";
        private final String[] numbers = new String[2];
        private int numberCount;

        void clear(Kind newKind) {
            kind = newKind;
            hasName = false;
            hasValue = false;
            id = "";
            secondId = "";
            numbers[0] = "";
            numbers[1] = "";
            numberCount = 0;
        }
    }

    @Override
    void startRecord(RecordHeader header) {
        // each row has what it needs
    }

    @Override
    void openElement(Kind kind, int values) {
        row.clear(kind);
    }

    @Override
    void bytes(Slice value) {
        boolean named = switch (row.kind) {
            case FIELD -> !row.hasName;
            case GROUP, CONSUMER, PENDING -> true;
            default -> false;
        };
        Slice into = named ? row.name : row.value;
        into.set(value.array(), value.offset(), value.length());
        row.hasValue |= !named;
        row.hasName |= named;
    }

    @Override
    void number(long value) {
        row.numbers[row.numberCount++] = Long.toString(value);
    }

    @Override
    void score(double value) {
        row.numbers[row.numberCount++] = Scores.text(value);
    }

    @Override
    void id(StreamId value) {
        if (row.id.isEmpty()) {
            row.id = value.toString();
        } else {
            row.secondId = value.toString();
        }
    }

    @Override
    void list(List<Slice> values) {
        list.size = 0;
        listText.list(values);
        row.value.set(list.array, 0, list.size);
        row.hasValue = true;
    }

    @Override
    void closeElement() {
        startRow(elements() == 1 ? BEGIN : CONTINUED);
        out.ascii(row.kind.label());
        out.put(',');
        out.ascii(row.id);
        out.put(',');
        if (row.hasName) {
            text.put(row.name);
        } else {
            out.ascii(row.secondId);
        }
        out.put(',');
        if (row.kind == Kind.ENTRY) {
            text.quoted(row.value);
        } else if (row.hasValue) {
            text.put(row.value);
        }
        out.put(',');
        out.ascii(row.numbers[0]);
        out.put(',');
        out.ascii(row.numbers[1]);
        out.put('\n');
    }

    /** What all rows of a record begin with; the type's and expiry's columns are filled in the first alone. */
    private void startRow(char part) {
        RecordHeader header = current();
        rowAt = out.size;
        out.put(part);
        out.put(',');
        text.put(header.key());
        out.put(',');
        if (part == BEGIN) {
            out.ascii(header.type().name().toLowerCase(Locale.ROOT));
            out.put(',');
            if (header.expires()) {
                out.ascii(Long.toString(header.expiresAtMillis()));
            }
            out.put(',');
            if (!header.metadata().isEmpty()) {
                metadata.size = 0;
                metadataText.metadata(header.metadata());
                text.quoted(field.set(metadata.array, 0, metadata.size));
            }
            out.put(',');
        } else {
            out.ascii(",,,");
        }
    }

    @Override
    void endRecord() {
        if (elements() == 0) {
            startRow(BEGIN);
            out.ascii(",,,,,\n");
        }
        out.array[rowAt] = (byte) (out.array[rowAt] == BEGIN ? WHOLE : END);
    }

    @Override
    boolean full() {
        return out.size >= PIECE_BYTES;
    }

    @Override
    void breakRecord() {
        // a row is a piece
    }

    @Override
    void continueRecord() {
        // a row is a piece
    }

    @Override
    void voidRecord() {
        startRow(VOID);
        out.ascii(",,,,,\n");
    }

    @Override
    void writeEnd() throws StoreException {
        String crc = Crc.text(out.crc());
        out.ascii(FILE_END + ",,,,,,,," + crc + "," + records() + ",\n");
    }
}
