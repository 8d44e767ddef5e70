package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.rdb.Scores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a value piece by piece, by cursors and ranges: what is too large for DUMP, and what is serialised in a way that is not
 * known here. A value that changes meanwhile is told as its pieces were. Modules' values come whole, as they are serialised.
 */
final class ElementReader implements AutoCloseable {
    private static final int MAX_COUNT = 2_000;
    private static final int MIN_ELEMENT_BYTES = 16;
    private static final int UNKNOWN_COUNT = 100;
    private static final int ATTEMPTS = 3;
    private static final int MAX_OPAQUE_BYTES = 64 << 20;

    private final RedisStore store;
    private final ReadOptions options;
    private final RespConnection connection;
    private final RespInput in;
    private final Expiries expiries;
    private final Slice one = new Slice();

    ElementReader(RedisStore store, ReadOptions options) throws StoreException {
        this(store, options, store.connect());
    }

    /** @param connection closed with the reader */
    ElementReader(RedisStore store, ReadOptions options, RespConnection connection) {
        this.store = store;
        this.options = options;
        this.connection = connection;
        this.in = connection.in();
        this.expiries = new Expiries(store.version());
    }

    /**
     * Tells one.
     *
     * @param bytes of it, about
     * @return false if it is not there any more
     */
    boolean tell(byte[] key, long bytes, RecordSink sink) throws IOException, StoreException, ErrorReply {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String type = connection.ask("TYPE", key).text();
            if (type.equals("none")) {
                return false;
            }
            long expiresAt = expiry(key);
            RecordType of = type(type);
            if (of == RecordType.OPAQUE) {
                return opaque(key, expiresAt, sink);
            }
            try {
                sink.begin(RecordHeader.of(Slice.of(key), of, expiresAt));
                elements(key, of, bytes, sink);
                if (connection.ask("TYPE", key).text().equals(type)) {
                    sink.end();
                    return true;
                }
            } catch (ErrorReply e) {
                if (Redirect.is(e)) {
                    sink.abort();
                    throw e;
                }
                if (!e.is("WRONGTYPE") && !e.is("ERR no such key") && !e.is("NOGROUP")) {
                    throw e;
                }
            }
            sink.abort();
        }
        throw new StoreException(
                Kind.UNREACHABLE,
                "a key of " + key.length + " bytes at " + connection.at()
                        + " became another type each time it was read; try again");
    }

    private static RecordType type(String word) {
        return switch (word) {
            case "string" -> RecordType.STRING;
            case "hash" -> RecordType.HASH;
            case "list" -> RecordType.LIST;
            case "set" -> RecordType.SET;
            case "zset" -> RecordType.ZSET;
            case "stream" -> RecordType.STREAM;
            default -> RecordType.OPAQUE;
        };
    }

    private long expiry(byte[] key) throws IOException, StoreException, ErrorReply {
        if (expiries.wantTime()) {
            connection.ask("TIME");
            expiries.time(in);
        }
        return expiries.answer(connection.ask(expiries.command(), key));
    }

    private void elements(byte[] key, RecordType type, long bytes, RecordSink sink)
            throws IOException, StoreException, ErrorReply {
        switch (type) {
            case STRING -> string(key, sink);
            case LIST -> list(key, count(connection.ask("LLEN", key).integer(), bytes), sink);
            case HASH -> hash(key, count(connection.ask("HLEN", key).integer(), bytes), sink);
            case SET -> set(key, count(connection.ask("SCARD", key).integer(), bytes), sink);
            case ZSET -> zset(key, count(connection.ask("ZCARD", key).integer(), bytes), sink);
            default -> {
                int entries = count(connection.ask("XLEN", key).integer(), bytes);
                new StreamReader(connection, store.version(), key, entries).tell(sink);
            }
        }
    }

    /** How many elements to ask for at a time: about a chunk. */
    private int count(long elements, long bytes) {
        if (bytes <= 0 || elements <= 0) {
            return UNKNOWN_COUNT;
        }
        long each = Math.max(MIN_ELEMENT_BYTES, bytes / elements);
        return (int) Math.max(1, Math.min(MAX_COUNT, options.chunkBytes() / each));
    }

    private void string(byte[] key, RecordSink sink) throws IOException, StoreException, ErrorReply {
        long from = 0;
        int step = options.chunkBytes();
        do {
            connection.ask("GETRANGE", key, from, from + step - 1).bulk(one);
            sink.chunk(one);
            from += one.length();
        } while (one.length() == step);
    }

    private void list(byte[] key, int step, RecordSink sink) throws IOException, StoreException, ErrorReply {
        long from = 0;
        int came;
        do {
            came = connection.ask("LRANGE", key, from, from + step - 1).array();
            for (int i = 0; i < came; i++) {
                in.bulk(one);
                sink.item(one);
            }
            from += came;
        } while (came == step);
    }

    private void set(byte[] key, int step, RecordSink sink) throws IOException, StoreException, ErrorReply {
        String cursor = "0";
        do {
            cursor = scan("SSCAN", key, cursor, step);
            for (int left = in.array(); left > 0; left--) {
                in.bulk(one);
                sink.member(one);
            }
        } while (!cursor.equals("0"));
    }

    private String scan(String command, byte[] key, String cursor, int step)
            throws IOException, StoreException, ErrorReply {
        connection.ask(command, key, cursor, "COUNT", (long) step).array();
        return in.text();
    }

    private void zset(byte[] key, int step, RecordSink sink) throws IOException, StoreException, ErrorReply {
        String cursor = "0";
        Slice member = new Slice();
        do {
            cursor = scan("ZSCAN", key, cursor, step);
            for (int left = in.array() / 2; left > 0; left--) {
                in.bulk(one);
                // the next answer may take the place of this one
                member = one.copy();
                in.bulk(one);
                sink.scored(member, Scores.parse(one));
            }
        } while (!cursor.equals("0"));
    }

    private void hash(byte[] key, int step, RecordSink sink) throws IOException, StoreException, ErrorReply {
        String cursor = "0";
        boolean expire = store.version().fieldsExpire();
        List<Slice> page = new ArrayList<>();
        do {
            cursor = scan("HSCAN", key, cursor, step);
            page.clear();
            for (int left = in.array() / 2; left > 0; left--) {
                in.bulk(one);
                Slice name = one.copy();
                in.bulk(one);
                if (expire) {
                    page.add(name);
                    page.add(one.copy());
                } else {
                    sink.field(name, one, RecordHeader.NO_EXPIRY);
                }
            }
            if (!page.isEmpty()) {
                fields(key, page, sink);
            }
        } while (!cursor.equals("0"));
    }

    private void fields(byte[] key, List<Slice> page, RecordSink sink) throws IOException, StoreException, ErrorReply {
        int count = page.size() / 2;
        RespOutput out = connection.command(RespConnection.ascii("HPEXPIRETIME"), count + 3);
        out.arg(key).arg("FIELDS").arg(count);
        for (int i = 0; i < count; i++) {
            out.arg(page.get(2 * i));
        }
        int answers = connection.sent().array();
        for (int i = 0; i < answers; i++) {
            long at = in.integer();
            if (at != -2) {
                sink.field(page.get(2 * i), page.get(2 * i + 1), at < 0 ? RecordHeader.NO_EXPIRY : at);
            }
        }
    }

    private boolean opaque(byte[] key, long expiresAt, RecordSink sink) throws IOException, StoreException, ErrorReply {
        long length = connection.ask("DUMP", key).bulk();
        if (length < 0) {
            return false;
        }
        if (length > MAX_OPAQUE_BYTES) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    "a module's value of " + length + " bytes, under a key of " + key.length + " bytes at "
                            + connection.at() + ", is larger than " + MAX_OPAQUE_BYTES
                            + ", and such values can't be read in pieces; leave that key out");
        }
        in.rest(one);
        Map<String, String> metadata =
                Map.of(RecordHeader.ENCODING, store.capabilities().opaque());
        sink.begin(new RecordHeader(Slice.of(key), RecordType.OPAQUE, expiresAt, metadata));
        Slice chunk = new Slice();
        for (int at = 0; at < one.length(); at += options.chunkBytes()) {
            int some = Math.min(options.chunkBytes(), one.length() - at);
            sink.chunk(chunk.set(one.array(), one.offset() + at, some));
        }
        sink.end();
        return true;
    }

    @Override
    public void close() throws StoreException {
        connection.close();
    }
}
