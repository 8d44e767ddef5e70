package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import java.io.IOException;

/** Reads JSON objects, one a line. */
final class JsonLinesReader extends JsonReader {
    private long line;
    private long start;

    JsonLinesReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        line++;
        start = in.offset();
        int scanned = 0;
        while (true) {
            int end = in.indexOf('\n', scanned);
            if (end < 0) {
                scanned = in.limit - in.position;
                if (in.more()) {
                    continue;
                }
                if (scanned == 0) {
                    return false;
                }
                end = in.limit;
            }
            int crc = in.crc();
            int from = in.position;
            in.consume(Math.min(end + 1, in.limit));
            if (!isBlank(from, end)) {
                object(from, end, crc, sink);
            }
            return true;
        }
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.window[i] != ' ' && in.window[i] != '\r' && in.window[i] != '\t') {
                return false;
            }
        }
        return true;
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
        return true;
    }
}
