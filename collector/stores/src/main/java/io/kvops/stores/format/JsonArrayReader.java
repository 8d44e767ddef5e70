package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import java.io.IOException;

/** Reads the objects of one JSON array, in whatever layout. */
final class JsonArrayReader extends JsonReader {
    private enum Place {
        START,
        FIRST,
        BETWEEN,
        AFTER,
        LOST
    }

    private Place place = Place.START;
    private long objects;
    private long offset;

    JsonArrayReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        int b = peek();
        offset = in.offset();
        if (place == Place.AFTER) {
            if (b >= 0) {
                place = Place.LOST;
                throw new DamagedException("more behind the array's end");
            }
            return false;
        }
        if (b < 0) {
            place = Place.LOST;
            throw new DamagedException("the array does not end: the file was cut");
        }
        if (place == Place.START) {
            expect(b, '[');
            place = Place.FIRST;
            return true;
        }
        if (b == ']') {
            in.position++;
            place = Place.AFTER;
            return true;
        }
        if (place == Place.BETWEEN) {
            expect(b, ',');
            b = peek();
        }
        if (b != '{') {
            place = Place.LOST;
            throw new DamagedException("no object where one was expected");
        }
        offset = in.offset();
        objects++;
        place = Place.LOST;
        int length = objectLength();
        place = Place.BETWEEN;
        int crc = in.crc();
        int from = in.position;
        in.consume(from + length);
        object(from, from + length, crc, sink);
        return true;
    }

    private void expect(int found, char wanted) throws DamagedException {
        if (found != wanted) {
            place = Place.LOST;
            throw new DamagedException("no '" + wanted + "' where one was expected");
        }
        in.position++;
    }

    /** The next byte that is no white space, without consuming it; -1 at the end. */
    private int peek() throws IOException {
        while (in.has(1)) {
            byte b = in.window[in.position];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xff;
            }
            in.position++;
        }
        return -1;
    }

    /** Reads on until the object that begins here stands in the window. */
    private int objectLength() throws IOException {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; ; i++) {
            if (in.position + i == in.limit && !in.more()) {
                throw new DamagedException("the array does not end: the file was cut");
            }
            byte b = in.window[in.position + i];
            if (inString) {
                if (b == '\\') {
                    i++;
                    if (in.position + i == in.limit && !in.more()) {
                        throw new DamagedException("the array does not end: the file was cut");
                    }
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b == '"') {
                inString = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                return i + 1;
            }
        }
    }

    @Override
    String place() {
        return "object " + objects + " at byte " + offset;
    }

    @Override
    boolean passOver() {
        return place != Place.LOST;
    }
}
