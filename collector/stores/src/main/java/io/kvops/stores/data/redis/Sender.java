package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.WriteOptions.Conflict;
import io.kvops.stores.data.redis.Answers.Form;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Sends records, batch by batch: the answers to one are read when the next was sent, so that server and writer work at the same
 * time. For one thread.
 */
final class Sender implements AutoCloseable {
    private static final long PIECES_LIVE_MILLIS = 3_600_000;
    private static final byte[] SET = RespConnection.ascii("SET");
    private static final byte[] RESTORE = RespConnection.ascii("RESTORE");
    private static final byte[] REPLACE = RespConnection.ascii("REPLACE");
    private static final byte[] ABSTTL = RespConnection.ascii("ABSTTL");
    private static final byte[] PXAT = RespConnection.ascii("PXAT");
    private static final byte[] NX = RespConnection.ascii("NX");
    private static final byte[] MULTI = RespConnection.ascii("MULTI");
    private static final byte[] EXEC = RespConnection.ascii("EXEC");
    private static final byte[] UNLINK = RespConnection.ascii("UNLINK");
    private static final byte[] EXISTS = RespConnection.ascii("EXISTS");
    private static final byte[] RENAME = RespConnection.ascii("RENAME");
    private static final byte[] RENAMENX = RespConnection.ascii("RENAMENX");
    private static final byte[] PEXPIRE = RespConnection.ascii("PEXPIRE");
    private static final byte[] PEXPIREAT = RespConnection.ascii("PEXPIREAT");
    private static final byte[] PERSIST = RespConnection.ascii("PERSIST");
    private static final byte[] APPEND = RespConnection.ascii("APPEND");
    private static final byte[] HSET = RespConnection.ascii("HSET");
    private static final byte[] RPUSH = RespConnection.ascii("RPUSH");
    private static final byte[] SADD = RespConnection.ascii("SADD");
    private static final byte[] ZADD = RespConnection.ascii("ZADD");

    private final RespConnection connection;
    private final @Nullable Detours detours;
    /** In a cluster, what was put there goes to the connection when it is whole, and is kept until it is answered. */
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    private final RespOutput out;
    private final Answers answers;
    private final RedisVersion version;
    private final Conflict conflict;
    private final Clock clock;
    private final int batchBytes;
    private final TemporaryKey temporary = new TemporaryKey();

    private byte[] target = {};
    private int slot;
    /** Where the value is put together; the key itself where that is as good. */
    private byte[] place = {};

    private int pieces;
    private long pieceBytes;
    private long unsent;
    private int unsentAnswers;

    Sender(RedisStore store, WriteOptions options) throws StoreException {
        this.connection = store.connect();
        this.detours = store.detours();
        this.out = detours == null ? connection.out() : new RespOutput(kept);
        this.answers = new Answers(connection, detours, options.conflict());
        this.version = store.version();
        this.conflict = options.conflict();
        this.clock = store.opened().clock();
        this.batchBytes = options.batchBytes();
    }

    HostPort at() {
        return connection.at();
    }

    /** A record begins: says at which key its own commands make it. */
    byte[] begin(RecordHeader header) {
        target = header.key().toBytes();
        slot = detours == null ? 0 : Slots.of(target);
        place = target;
        pieces = 0;
        pieceBytes = 0;
        boolean collection = header.type() != RecordType.STRING && header.type() != RecordType.OPAQUE;
        return header.type() == RecordType.STREAM || (collection && conflict != Conflict.REPLACE) ? aside() : place;
    }

    /** Makes it at a temporary key from now on. */
    byte[] aside() {
        if (place == target) {
            place = detours == null ? temporary.make() : temporary.make(slot);
        }
        return place;
    }

    /** Whether nothing of the record was sent yet. */
    boolean whole() {
        return pieces == 0;
    }

    private boolean aside(byte[] at) {
        return at != target;
    }

    /** Sends what there is of a value that will be large. */
    void piece(RecordHeader header, Args value, Args commands) throws StoreException {
        aside();
        try {
            boolean first = pieces == 0;
            out.command(MULTI, 0);
            if (!first) {
                out.command(PEXPIRE, 2).arg(place).arg(PIECES_LIVE_MILLIS);
            }
            int count = elements(header.type(), value) + commands(commands) + 1;
            if (first) {
                out.command(PEXPIRE, 2).arg(place).arg(PIECES_LIVE_MILLIS);
            }
            out.command(EXEC, 0);
            pieces++;
            pieceBytes += value.length() + commands.length();
            expect(first ? Form.FIRST_PIECE : Form.PIECE, count, 0, false);
            sent(value.length() + commands.length());
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    private int elements(RecordType type, Args value) throws IOException {
        if (value.length() == 0) {
            return 0;
        }
        if (type == RecordType.STRING) {
            out.command(APPEND, 2).arg(place).arg(Slice.of(value.bytes(), 0, value.length()));
            return 1;
        }
        byte[] name = switch (type) {
            case HASH -> HSET;
            case LIST -> RPUSH;
            case SET -> SADD;
            case ZSET -> ZADD;
            default -> throw new IllegalStateException("elements of a " + type);
        };
        out.command(name, value.count() + 1).arg(place);
        out.encoded(value.bytes(), value.length());
        return 1;
    }

    private int commands(Args commands) throws IOException {
        out.encoded(commands.bytes(), commands.length());
        return commands.count();
    }

    private boolean late(RecordHeader header) {
        return header.expires() && header.expiresAtMillis() <= clock.millis();
    }

    private boolean expired(RecordHeader header) throws IOException, StoreException {
        if (!late(header)) {
            return false;
        }
        dropPieces();
        if (conflict == Conflict.REPLACE) {
            out.command(UNLINK, 1).arg(target);
            expect(Form.EXPIRED, 0, 0, false);
        } else {
            out.command(EXISTS, 1).arg(target);
            expect(Form.EXPIRED_IF_FREE, 0, 0, false);
        }
        sent(target.length);
        return true;
    }

    /** The value is whole. */
    void end(RecordHeader header, Args value, Args commands, boolean reduced) throws StoreException {
        try {
            if (expired(header)) {
                return;
            }
            long bytes = target.length + pieceBytes + value.length() + commands.length();
            boolean simple = header.type() == RecordType.STRING && pieces == 0;
            if (simple && (!header.expires() || version.setsExpiry())) {
                set(header, value);
                expect(Form.SET, 0, bytes, reduced);
            } else {
                transaction(header, value, commands, bytes, reduced);
            }
            sent(bytes - pieceBytes);
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    private void set(RecordHeader header, Args value) throws IOException {
        boolean free = conflict != Conflict.REPLACE;
        out.command(SET, 2 + (header.expires() ? 2 : 0) + (free ? 1 : 0)).arg(target);
        out.arg(Slice.of(value.bytes(), 0, value.length()));
        if (header.expires()) {
            out.arg(PXAT).arg(header.expiresAtMillis());
        }
        if (free) {
            out.arg(NX);
        }
    }

    private void transaction(RecordHeader header, Args value, Args commands, long bytes, boolean reduced)
            throws IOException, StoreException {
        if (conflict != Conflict.REPLACE) {
            aside();
        }
        boolean inPieces = pieces > 0;
        if (inPieces) {
            // the last piece on its own: if the others were evicted, there is nothing to rename
            if (value.length() + commands.length() > 0) {
                piece(header, value, commands);
            }
            drain();
        }
        int count = 0;
        out.command(MULTI, 0);
        if (!inPieces) {
            if (!aside(place)) {
                out.command(UNLINK, 1).arg(target);
                count++;
            }
            if (header.type() == RecordType.STRING) {
                out.command(SET, 2).arg(place).arg(Slice.of(value.bytes(), 0, value.length()));
                count++;
            } else {
                count += elements(header.type(), value);
            }
            count += commands(commands);
        }
        if (header.expires()) {
            out.command(PEXPIREAT, 2).arg(place).arg(header.expiresAtMillis());
            count++;
        } else if (inPieces) {
            out.command(PERSIST, 1).arg(place);
            count++;
        }
        Form form = Form.TRANSACTION;
        if (aside(place)) {
            boolean replace = conflict == Conflict.REPLACE;
            out.command(replace ? RENAME : RENAMENX, 2).arg(place).arg(target);
            count++;
            if (!replace) {
                out.command(UNLINK, 1).arg(place);
                count++;
                form = Form.RENAME_IF_FREE;
            }
        }
        out.command(EXEC, 0);
        pieces = 0;
        expect(form, count, bytes, reduced);
    }

    /** A value as the server serialises it. */
    void restore(RecordHeader header, Args value, boolean reduced) throws StoreException {
        try {
            if (expired(header)) {
                return;
            }
            boolean replace = conflict == Conflict.REPLACE;
            out.command(RESTORE, 3 + (header.expires() ? 1 : 0) + (replace ? 1 : 0))
                    .arg(target);
            out.arg(header.expires() ? header.expiresAtMillis() : 0);
            out.arg(Slice.of(value.bytes(), 0, value.length()));
            if (header.expires()) {
                out.arg(ABSTTL);
            }
            if (replace) {
                out.arg(REPLACE);
            }
            long bytes = target.length + (long) value.length();
            expect(Form.RESTORE, 0, bytes, reduced);
            sent(bytes);
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    /** It can't be held. */
    void leftOut() throws StoreException {
        abort();
        answers.leftOut();
    }

    /** It will not be whole. */
    void abort() throws StoreException {
        try {
            dropPieces();
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    private void dropPieces() throws IOException {
        if (pieces > 0) {
            out.command(UNLINK, 1).arg(place);
            expect(Form.ANY, 0, 0, false);
            unsentAnswers++;
            pieces = 0;
        }
    }

    /** What was put together is sent. */
    private void expect(Form form, int count, long bytes, boolean reduced) throws IOException {
        Slice commands = null;
        if (detours != null) {
            out.flush();
            commands = Slice.of(kept.toByteArray());
            kept.reset();
            connection.commands(commands);
        }
        answers.expect(form, count, bytes, reduced, slot, commands);
    }

    private void sent(long bytes) throws IOException, StoreException {
        unsent += bytes + 32;
        unsentAnswers++;
        if (unsent >= batchBytes) {
            connection.sent();
            answers.read(unsentAnswers);
            unsent = 0;
            unsentAnswers = 0;
        }
    }

    /** Sends what waits, without waiting for answers. */
    void push() throws StoreException {
        try {
            connection.sent();
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    private void drain() throws IOException, StoreException {
        connection.sent();
        answers.read(0);
        unsent = 0;
        unsentAnswers = 0;
    }

    void flush() throws StoreException {
        try {
            drain();
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    WriteCounts counts() {
        return answers.counts();
    }

    /** What was begun and not ended leaves nothing, if the server can still be told. */
    @Override
    public void close() throws StoreException {
        try {
            if (pieces > 0) {
                dropPieces();
                connection.sent();
            }
            if (detours != null) {
                detours.close();
            }
        } catch (IOException e) {
            throw connection.broken(e);
        } finally {
            connection.close();
        }
    }
}
