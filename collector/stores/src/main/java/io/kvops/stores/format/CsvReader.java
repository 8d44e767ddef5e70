package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.format.CsvRow.Column;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV: files that this program wrote, whose first column says where records begin and end, and others, in which rows
 * with the same key that follow one another are one record.
 */
final class CsvReader extends PieceReader {
    private final CsvRow row = new CsvRow();
    private final Slice key = new Slice();
    private boolean columnsRead;
    private boolean lost;
    private long line = 1;
    private long start;
    private long nextLine = 1;
    private @Nullable RecordType type;
    /** The key of the record that was begun in a file of others. */
    private Slice openKey = new Slice();
    /** A row that was split and belongs to the next record. */
    private boolean waiting;

    CsvReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        if (waiting) {
            waiting = false;
            foreign(sink);
            return true;
        }
        line = nextLine;
        start = in.offset();
        int length = rowLength();
        if (length < 0) {
            if (type != null && !row.has(Column.KVOPS_V1)) {
                type = null;
                end(sink);
                return true;
            }
            return false;
        }
        int crc = in.crc();
        int from = in.position;
        int to = from + length;
        in.consume(Math.min(to + 1, in.limit));
        if (to > from && in.window[to - 1] == '\r') {
            to--;
        }
        if (to == from) {
            return true;
        }
        row.split(in.window, from, to);
        if (!columnsRead) {
            readColumns();
        } else if (row.has(Column.KVOPS_V1)) {
            own(crc, sink);
        } else {
            foreign(sink);
        }
        return true;
    }

    private void readColumns() throws DamagedException {
        lost = true;
        row.nameColumns();
        lost = false;
        columnsRead = true;
        if (row.has(Column.KVOPS_V1)) {
            signed();
        }
    }

    /** Reads on until a whole row stands in the window; -1 at the end of the file. @return its length without LF */
    private int rowLength() throws IOException {
        boolean quoted = false;
        for (int i = 0; ; i++) {
            if (in.position + i == in.limit && !in.more()) {
                if (quoted) {
                    in.consume(in.limit);
                    throw new DamagedException("a quoted field that does not end");
                }
                return i == 0 ? -1 : i;
            }
            byte b = in.window[in.position + i];
            if (b == '"') {
                quoted = !quoted;
            } else if (b == '\n') {
                nextLine++;
                if (!quoted) {
                    return i;
                }
            }
        }
    }

    private void own(int crc, RecordSink sink) throws IOException, StoreException {
        String part = row.text(Column.KVOPS_V1);
        if (!row.isComplete()) {
            throw new DamagedException("a row with fewer or more fields than columns");
        }
        if (part.length() != 1) {
            throw new DamagedException("a row whose first column is none of W, B, C, E, V, F");
        }
        switch (part.charAt(0)) {
            case CsvWriter.WHOLE -> {
                element(start(sink), sink);
                finish(sink);
            }
            case CsvWriter.BEGIN -> {
                type = start(sink);
                element(type, sink);
            }
            case CsvWriter.CONTINUED -> element(goingOn(), sink);
            case CsvWriter.END -> {
                element(goingOn(), sink);
                finish(sink);
            }
            case CsvWriter.VOID -> {
                goingOn();
                type = null;
                voided(sink);
            }
            case CsvWriter.FILE_END ->
                fileEnd(CsvRow.parse(row.text(Column.NUMBER)), JsonReader.crcOf(row.text(Column.VALUE)), crc);
            default -> throw new DamagedException("a row whose first column is none of W, B, C, E, V, F");
        }
    }

    private RecordType goingOn() throws DamagedException {
        RecordType of = type;
        row.bytes(Column.KEY, key);
        if (of == null || !key.equals(openKey)) {
            throw new DamagedException("a row that goes on with a record that did not begin before it");
        }
        return of;
    }

    private void finish(RecordSink sink) throws DamagedException, StoreException {
        type = null;
        end(sink);
    }

    private RecordType start(RecordSink sink) throws IOException, StoreException {
        String typeName = row.text(Column.TYPE);
        RecordType of =
                typeName.isEmpty() && !row.has(Column.KVOPS_V1) ? defaultType() : JsonReader.typeNamed(typeName);
        String expires = row.text(Column.EXPIRES_AT_MILLIS);
        long expiresAtMillis = expires.isEmpty() ? RecordHeader.NO_EXPIRY : CsvRow.parse(expires);
        if (!expires.isEmpty() && expiresAtMillis < 0) {
            throw new DamagedException("an expiry of " + expires + " (expected milliseconds since 1970)");
        }
        Map<String, String> metadata = row.text(Column.METADATA).isEmpty()
                ? Map.of()
                : row.json(Column.METADATA).metadata();
        row.bytes(Column.KEY, key);
        type = null;
        begin(sink, key, of, expiresAtMillis, metadata);
        openKey = key.copy();
        row.restart();
        return of;
    }

    private RecordType defaultType() {
        return row.has(Column.NAME) ? RecordType.HASH : RecordType.STRING;
    }

    private void element(RecordType of, RecordSink sink) throws IOException, StoreException {
        String label = row.text(Column.ELEMENT);
        if (label.isEmpty()) {
            if (!row.has(Column.KVOPS_V1)) {
                tell(Kind.of(of), of, sink);
            }
            return;
        }
        tell(Kind.named(label), of, sink);
    }

    private void tell(Kind kind, RecordType of, RecordSink sink) throws IOException, StoreException {
        row.element(kind);
        row.tell(kind, of, sink);
    }

    private void foreign(RecordSink sink) throws IOException, StoreException {
        RecordType of = type;
        if (of != null) {
            row.bytes(Column.KEY, key);
            if (!key.equals(openKey) || TupleWriter.ofChunks(of)) {
                waiting = true;
                type = null;
                end(sink);
                return;
            }
        }
        if (of == null) {
            of = start(sink);
            type = of;
        }
        element(of, sink);
    }

    @Override
    String place() {
        return "line " + line;
    }

    @Override
    boolean passOver() throws IOException {
        if (in.offset() == start && !in.skipPast('\n')) {
            // nothing of a line that is too long was consumed
            return false;
        }
        type = null;
        return !lost;
    }
}
