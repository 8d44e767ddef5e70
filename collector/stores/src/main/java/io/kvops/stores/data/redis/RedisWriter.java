package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.stores.data.rdb.RdbValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the elements of a record together as commands and sends them ({@link Sender}): a string as SET, an opaque value as
 * RESTORE, all else as one transaction, so that nobody sees a part of it. What grows over some size goes out in pieces to a
 * temporary key that takes the real one's place at the end.
 */
final class RedisWriter implements RecordWriter {
    private static final int PIECE_ELEMENTS = 10_000;

    /** What comes opaque comes whole. */
    private static final int MAX_OPAQUE_BYTES = 64 << 20;

    private static final byte[] HPEXPIREAT = RespConnection.ascii("HPEXPIREAT");
    private static final byte[] FIELDS = RespConnection.ascii("FIELDS");

    private final RedisStore store;
    private final Capabilities can;
    private final WriteOptions options;
    private final Sender sender;
    private final int pieceBytes;

    /** The value of a string, or the arguments of elements. */
    private final Args value = new Args();
    /** Whole commands. */
    private final Args commands = new Args();

    private @Nullable RecordHeader header;
    private @Nullable StreamCommands stream;
    private byte[] at = {};
    private boolean leftOut;
    private boolean reduced;

    RedisWriter(RedisStore store, WriteOptions options) throws StoreException {
        this.store = store;
        this.can = store.capabilities();
        this.options = options;
        this.pieceBytes = store.limits().pieceBytes();
        this.sender = new Sender(store, options);
    }

    @Override
    public void begin(RecordHeader given) throws StoreException {
        RecordHeader from = store.lateExpiry()
                ? new RecordHeader(
                        given.key(), given.type(), LateExpiry.late(given.expiresAtMillis()), given.metadata())
                : given;
        header = from;
        reduced = false;
        leftOut = false;
        stream = null;
        value.clear();
        commands.clear();
        Set<String> metadata = from.metadata().keySet();
        boolean opaque = from.type() == RecordType.OPAQUE;
        if (opaque && !known(from.metadata())) {
            leaveOut("opaque values of the kind " + from.metadata().get(RecordHeader.ENCODING));
        } else if (!opaque && !can.types().contains(from.type())) {
            leaveOut("values of type " + from.type().name().toLowerCase(Locale.ROOT));
        } else if (from.key().length() > can.maxKeyBytes()) {
            leaveOut("a key of " + from.key().length() + " bytes");
        } else if (metadata.size() > (opaque ? 1 : 0)) {
            reduce("metadata " + metadata);
        }
        if (!leftOut) {
            at = sender.begin(from);
            if (from.type() == RecordType.STREAM) {
                stream = new StreamCommands(commands, at, store.version());
            }
        }
    }

    private boolean known(Map<String, String> metadata) {
        return !can.opaque().isEmpty() && can.opaque().equals(metadata.get(RecordHeader.ENCODING));
    }

    private void leaveOut(String what) throws StoreException {
        if (options.loss() == Loss.FAIL) {
            throw unsupported(what);
        }
        leftOut = true;
    }

    private void reduce(String what) throws StoreException {
        if (options.loss() == Loss.FAIL) {
            throw unsupported(what);
        }
        reduced = true;
    }

    private StoreException unsupported(String what) {
        return new StoreException(
                Kind.UNSUPPORTED, sender.at() + " can't hold " + what + "; choose to skip what it can't hold");
    }

    private RecordHeader current(RecordType one, RecordType other) {
        RecordHeader of = header;
        if (of == null || (of.type() != one && of.type() != other)) {
            throw new IllegalStateException("an element of a " + one + " in " + of);
        }
        return of;
    }

    /** Another element was put. */
    private void put() throws StoreException {
        RecordHeader of = header;
        boolean small =
                value.length() + commands.length() < pieceBytes && value.count() + commands.count() < PIECE_ELEMENTS;
        if (small || of == null) {
            return;
        }
        if (of.type() != RecordType.OPAQUE) {
            sender.piece(of, value, commands);
            value.clear();
            commands.clear();
        } else if (value.length() > MAX_OPAQUE_BYTES) {
            leaveOut("an opaque value of more than " + MAX_OPAQUE_BYTES + " bytes");
            value.clear();
        }
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        current(RecordType.STRING, RecordType.OPAQUE);
        if (!leftOut) {
            value.raw(bytes);
            put();
        }
    }

    @Override
    public void field(Slice name, Slice of, long expiresAtMillis) throws StoreException {
        current(RecordType.HASH, RecordType.HASH);
        if (leftOut) {
            return;
        }
        value.put(name).put(of).counted(2);
        if (expiresAtMillis != RecordHeader.NO_EXPIRY) {
            if (can.fieldExpiry()) {
                at = sender.aside();
                commands.command(HPEXPIREAT, 5)
                        .put(at)
                        .put(expiresAtMillis)
                        .put(FIELDS)
                        .put(1)
                        .put(name)
                        .counted(1);
            } else {
                reduce("expiries of fields");
            }
        }
        put();
    }

    @Override
    public void item(Slice of) throws StoreException {
        one(RecordType.LIST, of);
    }

    @Override
    public void member(Slice member) throws StoreException {
        one(RecordType.SET, member);
    }

    private void one(RecordType type, Slice of) throws StoreException {
        current(type, type);
        if (!leftOut) {
            value.put(of).counted(1);
            put();
        }
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        current(RecordType.ZSET, RecordType.ZSET);
        if (leftOut) {
            return;
        }
        if (Double.isNaN(score)) {
            leaveOut("the score nan");
            return;
        }
        value.put(score).put(member).counted(2);
        put();
    }

    /** The commands of a stream, or null if it is left out. */
    private @Nullable StreamCommands stream() {
        current(RecordType.STREAM, RecordType.STREAM);
        return leftOut ? null : stream;
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        StreamCommands to = stream();
        if (to != null) {
            to.entry(id, namesAndValues);
            put();
        }
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        StreamCommands to = stream();
        if (to != null) {
            to.state(lastId, entriesAdded, maxDeletedId);
            put();
        }
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        StreamCommands to = stream();
        if (to != null) {
            to.group(name, lastDelivered, entriesRead);
            put();
        }
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        StreamCommands to = stream();
        if (to != null) {
            to.consumer(name);
            put();
        }
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        StreamCommands to = stream();
        if (to != null) {
            to.pending(id, consumer, deliveredAtMillis, deliveries);
            put();
        }
    }

    @Override
    public void end() throws StoreException {
        RecordHeader of = header;
        if (of == null) {
            throw new IllegalStateException("end: no record has begun");
        }
        boolean elements = of.type() != RecordType.STRING && of.type() != RecordType.OPAQUE;
        if (!leftOut && elements && sender.whole() && value.count() + commands.count() == 0) {
            leaveOut("an empty " + of.type().name().toLowerCase(Locale.ROOT));
        }
        header = null;
        if (leftOut) {
            sender.leftOut();
        } else if (of.type() != RecordType.OPAQUE) {
            sender.end(of, value, commands, reduced);
        } else {
            opaque(of);
        }
    }

    /** What is serialised in a later version than the server takes is written element by element, if it is understood. */
    private void opaque(RecordHeader of) throws StoreException {
        Slice payload = Slice.of(value.bytes(), 0, value.length());
        if (RdbValue.version(payload) <= can.opaqueVersion()) {
            sender.restore(of, value, reduced);
            return;
        }
        Slice own = payload.copy();
        if (!RdbValue.tell(of.key(), own, of.expiresAtMillis(), pieceBytes, this)) {
            leaveOut("a value in version " + RdbValue.version(own) + " of " + can.opaque());
            sender.leftOut();
        }
    }

    @Override
    public void abort() throws StoreException {
        if (header != null && !leftOut) {
            sender.abort();
        }
        header = null;
    }

    @Override
    public void flush() throws StoreException {
        sender.flush();
    }

    /** Sends what waits, without waiting for answers. */
    void push() throws StoreException {
        sender.push();
    }

    @Override
    public WriteCounts counts() {
        return sender.counts();
    }

    @Override
    public void close() throws StoreException {
        sender.close();
    }
}
