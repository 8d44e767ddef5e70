package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of all formats share. A file is a sequence of pieces: a beginning, pieces of records, an end with the
 * number of records and the checksum of all before. Here is known which may follow which, and what becomes of a record of
 * which a piece is damaged.
 */
abstract class PieceReader implements FormatReader {
    final Input in;
    private final String name;
    private final FileReadOptions options;
    private final Problems problems = new Problems();

    /** The type of the record that was begun in the sink. */
    private @Nullable RecordType open;

    private byte[] key = new byte[256];
    private long part;
    private long records;
    private long told;
    private boolean signed;
    private boolean ended;
    private boolean over;

    PieceReader(Input in, String name, FileReadOptions options) {
        this.in = in;
        this.name = name;
        this.options = options;
    }

    /**
     * Reads the next piece and tells what it holds, by the methods below.
     *
     * @return false at the end of the file
     */
    abstract boolean piece(RecordSink sink) throws IOException, StoreException;

    /** Where the piece is that was read last, as {@code line 12}. */
    abstract String place();

    /** Whether the piece behind the damaged one can be found; called after that one failed. */
    abstract boolean passOver() throws IOException;

    @Override
    public final boolean next(RecordSink sink) throws StoreException {
        long before = told;
        while (told == before) {
            if (over) {
                return false;
            }
            try {
                if (!piece(sink)) {
                    over = true;
                    checkEnd();
                }
            } catch (DamagedException e) {
                damaged(e, sink);
            } catch (IOException e) {
                over = true;
                abandon(sink);
                throw FileFailure.reading(name, e);
            }
        }
        return true;
    }

    private void checkEnd() throws DamagedException {
        if (open != null || (signed && !ended)) {
            throw new DamagedException("the file ends before its end: it was cut after " + records + " whole records");
        }
    }

    private void damaged(DamagedException e, RecordSink sink) throws StoreException {
        String place = place();
        abandon(sink);
        if (options.damage() == FileReadOptions.Damage.FAIL) {
            over = true;
            throw new StoreException(
                    StoreException.Kind.DAMAGED,
                    name + ", " + place + ": " + e.getMessage() + "; " + records
                            + " records before it are whole; use a sound copy, or read it with damage left out (skip)",
                    e);
        }
        problems.add(place, String.valueOf(e.getMessage()));
        try {
            if (!over && (e.isLast() || !passOver())) {
                over = true;
                problems.add(place, "nothing behind it can be read");
            }
        } catch (IOException e2) {
            over = true;
            problems.add(place(), "nothing behind it can be read: " + e2.getMessage());
        }
    }

    private void abandon(RecordSink sink) throws StoreException {
        if (open != null) {
            open = null;
            sink.abort();
        }
    }

    /** The file begins as this program's files do, so it has to end as they do. */
    final void signed() throws DamagedException {
        if (signed || records > 0 || open != null) {
            throw new DamagedException("a second beginning of a file");
        }
        signed = true;
    }

    /** Whether the file began as this program's files do. */
    final boolean isSigned() {
        return signed;
    }

    /** Files of this format always begin as this program's do. */
    final void alwaysSigned() {
        signed = true;
    }

    /** A record begins; its key is copied. */
    final RecordType begin(
            RecordSink sink, Slice keyBytes, RecordType type, long expiresAtMillis, Map<String, String> metadata)
            throws DamagedException, StoreException {
        checkNotEnded();
        if (open != null) {
            String what = "a record begins before the one before it ended";
            if (options.damage() == FileReadOptions.Damage.FAIL) {
                throw new DamagedException(what);
            }
            problems.add(place(), what);
            abandon(sink);
        }
        key = KvbCodec.atLeast(key, keyBytes.length());
        System.arraycopy(keyBytes.array(), keyBytes.offset(), key, 0, keyBytes.length());
        RecordHeader header;
        try {
            header = new RecordHeader(Slice.of(key, 0, keyBytes.length()), type, expiresAtMillis, metadata);
        } catch (IllegalArgumentException e) {
            throw new DamagedException(String.valueOf(e.getMessage()), e);
        }
        open = type;
        part = 1;
        sink.begin(header);
        return type;
    }

    /** The record that was begun goes on in its part of that number, counted from 1. */
    final RecordType goOn(long number) throws DamagedException {
        RecordType type = open;
        if (type == null || number != part + 1) {
            throw new DamagedException("part " + number + " of a record"
                    + (type == null
                            ? " of which the beginning is missing"
                            : ", where part " + (part + 1) + " was expected"));
        }
        part = number;
        return type;
    }

    /** The record is whole. */
    final void end(RecordSink sink) throws DamagedException, StoreException {
        if (open == null) {
            throw new DamagedException("an end of no record");
        }
        open = null;
        records++;
        sink.end();
        told++;
    }

    /** The record that was begun was given up when it was written. */
    final void voided(RecordSink sink) throws DamagedException, StoreException {
        if (open == null) {
            throw new DamagedException("an end of no record");
        }
        abandon(sink);
    }

    /** @param crc of the end, which is {@link Input#crc} of all before if nothing changed */
    final void fileEnd(long expectedRecords, int crc, int found) throws DamagedException {
        checkNotEnded();
        if (!signed || open != null) {
            throw new DamagedException("an end of a file " + (signed ? "in a record" : "whose beginning is missing"));
        }
        ended = true;
        if (crc != found) {
            throw new DamagedException("the file's checksum does not fit: some of its bytes were changed");
        }
        if (expectedRecords != records) {
            throw new DamagedException("the file has " + records + " records, and ended with " + expectedRecords);
        }
    }

    final void checkNotEnded() throws DamagedException {
        if (ended) {
            throw new DamagedException("more behind the file's end");
        }
    }

    @Override
    public final Problems problems() {
        return problems;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
