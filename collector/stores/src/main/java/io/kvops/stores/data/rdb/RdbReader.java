package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an RDB file from front to back. Its checksum is compared at the end, if it was read from the beginning; records that
 * came before were told by then, so who copies learns of it at the end. Source: {@code rdb.c} and {@code rdb.h} of Redis 7.0.
 */
final class RdbReader implements RecordReader {
    /** From here on a value is not told as it is serialised, but by its elements. */
    private static final int LARGE_BYTES = 4 << 20;

    /** A module's value has no elements that are known here. */
    private static final int MAX_MODULE_BYTES = 64 << 20;

    private static final int SLOT_INFO = 0xf4;
    private static final int FUNCTION = 0xf5;
    private static final int MODULE_AUX = 0xf7;
    private static final int IDLE = 0xf8;
    private static final int FREQUENCY = 0xf9;
    private static final int AUX = 0xfa;
    private static final int RESIZE = 0xfb;
    private static final int EXPIRY_MILLIS = 0xfc;
    private static final int EXPIRY_SECONDS = 0xfd;
    private static final int SELECT = 0xfe;
    private static final int END = 0xff;
    private static final int CHECKSUM_VERSION = 5;
    private static final int TRAILER_BYTES = 10;
    private static final int MAX_DB = 999_999_999;

    private final RdbStore store;
    private final ReadOptions options;
    private final InputStream file;
    private final RdbInput in;
    private final boolean whole;
    private final int wantedDb;
    private final Slice value = new Slice();
    private final byte[] trailer = new byte[TRAILER_BYTES];
    private final Map<String, String> serialisedMetadata;
    private int db;
    private long restOffset;
    private int restDb;
    private boolean ended;

    RdbReader(RdbStore store, long offset, int db, ReadOptions options) throws StoreException {
        this.store = store;
        this.options = options;
        this.db = db;
        this.whole = offset == RdbStore.HEADER_BYTES;
        String only = store.address().options().get("db");
        this.wantedDb = only == null ? -1 : Integer.parseInt(only);
        this.restOffset = offset;
        this.restDb = db;
        this.serialisedMetadata =
                Map.of(RecordHeader.ENCODING, store.capabilities().opaque());
        try {
            long from = whole ? 0 : offset;
            file = store.bytes().from(from);
            in = new RdbInput(file, from, store.bytes().length() - from);
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (whole) {
            in.skip(RdbStore.HEADER_BYTES);
        }
    }

    private StoreException unreadable(Exception e) {
        // what does not come any more is not tried again
        Kind kind = store.bytes().length() == RdbBytes.UNKNOWN ? Kind.DAMAGED : Kind.UNREACHABLE;
        return new StoreException(kind, store.bytes() + " can't be read: " + e.getMessage(), e);
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        long at = in.position();
        try {
            while (!ended) {
                at = in.position();
                if (record(sink)) {
                    reached(in.position());
                    return true;
                }
            }
            reached(at);
            return false;
        } catch (IndexOutOfBoundsException e) {
            throw damaged(at, "is cut off", e);
        } catch (IllegalArgumentException e) {
            throw damaged(at, "makes no sense (" + e.getMessage() + ")", e);
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private void reached(long offset) {
        restOffset = offset;
        restDb = db;
    }

    private StoreException damaged(long at, String what, @Nullable Exception e) {
        long length = store.bytes().length();
        return new StoreException(
                Kind.DAMAGED,
                store.bytes() + " " + what + " in the record at byte " + at
                        + (length == RdbBytes.UNKNOWN ? "" : " of " + length),
                e);
    }

    /** Reads what belongs to one record, or what stands between; whether a record was told. */
    private boolean record(RecordSink sink) throws StoreException {
        long expiresAt = RecordHeader.NO_EXPIRY;
        while (true) {
            int code = in.one();
            switch (code) {
                case EXPIRY_SECONDS -> expiresAt = in.signed(4) * 1_000;
                case EXPIRY_MILLIS -> expiresAt = in.signed(8);
                case IDLE -> in.length();
                case FREQUENCY -> in.one();
                case AUX -> {
                    in.skipString();
                    in.skipString();
                }
                case FUNCTION -> in.skipString();
                case RESIZE -> {
                    in.length();
                    in.length();
                }
                case SLOT_INFO -> {
                    in.length();
                    in.length();
                    in.length();
                }
                case MODULE_AUX -> {
                    in.length();
                    RdbSkip.module(in);
                }
                case SELECT -> {
                    long number = in.length();
                    if (number < 0 || number > MAX_DB) {
                        throw new IllegalArgumentException("database " + number);
                    }
                    db = (int) number;
                    return false;
                }
                case END -> {
                    finish();
                    return false;
                }
                default -> {
                    return value(code, expiresAt, sink);
                }
            }
        }
    }

    private void finish() throws StoreException {
        ended = true;
        long computed = in.checksum();
        if (whole && store.capabilities().opaqueVersion() >= CHECKSUM_VERSION) {
            long written = in.littleEndian(8);
            if (written != 0 && written != computed) {
                throw new StoreException(
                        Kind.DAMAGED,
                        store.bytes() + " is damaged: its checksum is "
                                + Long.toHexString(computed) + " and should be " + Long.toHexString(written)
                                + "; check it with redis-check-rdb");
            }
        }
    }

    private boolean value(int code, long expiresAt, RecordSink sink) throws StoreException {
        Slice key = in.string(new Slice());
        if (!RdbSkip.knows(code)) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    store.bytes() + " has a value of type " + code + " at byte " + in.position()
                            + ", which is not known here; was it written by a later version?");
        }
        boolean expired = expiresAt != RecordHeader.NO_EXPIRY
                && expiresAt <= store.opened().clock().millis();
        boolean wanted = (wantedDb < 0 || db == wantedDb) && store.bytes().isRecord(key);
        if (expired || !wanted || !options.keys().test(key)) {
            RdbSkip.value(code, in);
            return false;
        }
        RecordType type = RdbValue.type(code);
        if ((options.opaque() || type == null) && serialised(key, code, expiresAt, type == null, sink)) {
            return true;
        }
        if (type == null) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    store.bytes() + " has a module's value over " + MAX_MODULE_BYTES
                            + " bytes, and such values can't be read in pieces; leave that key out");
        }
        sink.begin(new RecordHeader(key, type, Math.max(RecordHeader.NO_EXPIRY, expiresAt), metadata()));
        RdbValue.content(code, in, options.chunkBytes(), sink);
        sink.end();
        return true;
    }

    private Map<String, String> metadata() {
        return wantedDb >= 0 || db == 0 ? Map.of() : Map.of("db", Integer.toString(db));
    }

    /** As DUMP would have it; false, and nothing read, if it is large. */
    private boolean serialised(Slice key, int code, long expiresAt, boolean module, RecordSink sink)
            throws StoreException {
        in.mark(module ? MAX_MODULE_BYTES : LARGE_BYTES);
        try {
            RdbSkip.value(code, in);
        } catch (RdbInput.TooFar e) {
            in.rewind();
            return false;
        }
        in.marked(value);
        Crc64 crc = new Crc64();
        byte[] first = {(byte) code};
        int version = store.capabilities().opaqueVersion();
        trailer[0] = (byte) version;
        trailer[1] = (byte) (version >>> 8);
        crc.update(first, 0, 1);
        crc.update(value.array(), value.offset(), value.length());
        crc.update(trailer, 0, 2);
        for (int i = 0; i < 8; i++) {
            trailer[2 + i] = (byte) (crc.value() >>> (8 * i));
        }
        Map<String, String> metadata = serialisedMetadata;
        if (!metadata().isEmpty()) {
            metadata = new TreeMap<>(metadata());
            metadata.putAll(serialisedMetadata);
        }
        sink.begin(new RecordHeader(key, RecordType.OPAQUE, expiresAt, metadata));
        sink.chunk(Slice.of(first));
        for (int at = 0; at < value.length(); at += options.chunkBytes()) {
            int some = Math.min(options.chunkBytes(), value.length() - at);
            sink.chunk(Slice.of(value.array(), value.offset() + at, some));
        }
        sink.chunk(Slice.of(trailer));
        sink.end();
        return true;
    }

    @Override
    public ScanPart rest() {
        return store.part(restOffset, restDb);
    }

    @Override
    public void close() throws StoreException {
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
