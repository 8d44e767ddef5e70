package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The simple values of one element, in their order, as a reader of some format finds them. */
abstract class Tuple {
    private final Slice one = new Slice();
    private final Slice two = new Slice();
    private final List<Slice> list = new ArrayList<>();
    private final List<Slice> spare = new ArrayList<>();

    /** What came last in the stream that is being read. */
    private Kind last = Kind.CHUNK;

    /** A record begins. */
    final void restart() {
        last = Kind.CHUNK;
    }

    /** Lets a slice be the next value's bytes, which stay as they are until the element has been told. */
    abstract void bytes(Slice into) throws IOException;

    abstract long number() throws IOException;

    abstract double score() throws IOException;

    abstract StreamId id() throws IOException;

    /** Whether a value follows. */
    abstract boolean hasMore() throws IOException;

    /** Reads the names and values of an entry, each into a {@link #listed} slice. */
    abstract void list() throws IOException;

    /** The next slice of the list that is being read. */
    final Slice listed() {
        int n = list.size();
        if (n == spare.size()) {
            spare.add(new Slice());
        }
        Slice next = spare.get(n);
        list.add(next);
        return next;
    }

    /** Reads an element of that kind and tells it. */
    final void tell(Kind kind, RecordType type, RecordSink sink) throws IOException, StoreException {
        if (!kind.fits(type)) {
            throw new DamagedException("a " + kind.label() + " in a " + type);
        }
        switch (kind) {
            case CHUNK -> {
                bytes(one);
                sink.chunk(one);
            }
            case FIELD -> {
                bytes(one);
                bytes(two);
                sink.field(one, two, hasMore() ? instant() : RecordHeader.NO_EXPIRY);
            }
            case ITEM -> {
                bytes(one);
                sink.item(one);
            }
            case MEMBER -> {
                bytes(one);
                sink.member(one);
            }
            case SCORED -> {
                bytes(one);
                sink.scored(one, score());
            }
            default -> tellStream(kind, sink);
        }
    }

    private void tellStream(Kind kind, RecordSink sink) throws IOException, StoreException {
        if (kind.compareTo(Kind.GROUP) > 0 && last.compareTo(Kind.GROUP) < 0) {
            throw new DamagedException("a " + kind.label() + " before any group");
        }
        if ((kind.compareTo(Kind.STATE) <= 0 && kind.compareTo(last) < 0) || (kind == Kind.STATE && last == kind)) {
            throw new DamagedException("a stream's " + kind.label() + " after its " + last.label());
        }
        last = kind;
        switch (kind) {
            case ENTRY -> {
                StreamId id = id();
                list.clear();
                list();
                if (list.size() % 2 != 0) {
                    throw new DamagedException("an entry with a name that has no value");
                }
                sink.entry(id, list);
            }
            case STATE -> sink.state(id(), number(), id());
            case GROUP -> {
                bytes(one);
                sink.group(one, id(), number());
            }
            case CONSUMER -> {
                bytes(one);
                sink.consumer(one);
            }
            case PENDING -> {
                StreamId id = id();
                bytes(one);
                sink.pending(id, one, number(), number());
            }
            default -> throw new IllegalStateException(kind.toString());
        }
    }

    private long instant() throws IOException {
        long millis = number();
        if (millis < 0) {
            throw new DamagedException("an expiry of " + millis + " (expected milliseconds since 1970)");
        }
        return millis;
    }
}
