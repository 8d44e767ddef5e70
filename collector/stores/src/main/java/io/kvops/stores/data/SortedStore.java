package io.kvops.stores.data;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store of bytes by bytes that keeps its keys in order and can be read from any of them: scans of ranges, and questions for keys. Its
 * parts are {@link KeyRange}s of a space of keys, of which there may be several. What it cannot hold may be in an {@link Envelope}.
 */
public abstract class SortedStore implements DataStore {
    private final StoreAddress address;
    private final OpenOptions opened;
    private final Capabilities capabilities;

    /** @param address whose scheme names its only, or its main space */
    protected SortedStore(StoreAddress address, OpenOptions opened, Capabilities capabilities) {
        this.address = address;
        this.opened = opened;
        this.capabilities = capabilities;
    }

    /** Entries of a range in their order. For one thread. */
    protected interface Entries extends AutoCloseable {
        /** Goes on; false at the end. Not called again then. */
        boolean next() throws StoreException;

        /** The key of the entry to which it went last, in its space; lent until it goes on. */
        Slice key() throws StoreException;

        /** The same as it is told to others. */
        default Slice told() throws StoreException {
            return key();
        }

        /** The entry's value. */
        Slice value() throws StoreException;

        @Override
        void close();
    }

    /** Whether there may be a space of keys of that name. */
    protected boolean isSpace(String name) {
        return name.equals(address.scheme());
    }

    /** Entries of a range. */
    protected abstract Entries entries(String space, KeyRange range) throws StoreException;

    /** The value of a key; null if it is not there. */
    protected abstract byte @Nullable [] value(Slice key) throws StoreException;

    protected final StoreAddress address() {
        return address;
    }

    /** How it was opened. */
    public final OpenOptions opened() {
        return opened;
    }

    /** Parts of a space between some keys, ascending. */
    protected static List<ScanPart> parts(String space, List<Slice> bounds) {
        return KeyRange.between(bounds).stream().map(range -> range.part(space)).toList();
    }

    /**
     * Called before anything is changed.
     *
     * @throws StoreException of kind REFUSED if it was opened to be read
     */
    protected final void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of(address.scheme());
    }

    @Override
    public final Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public final RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        String named = part.text().substring(0, Math.max(0, part.text().indexOf(':')));
        String space = isSpace(named) ? named : address.scheme();
        KeyRange range = KeyRange.parse(space, part);
        return new Scan(space, range, entries(space, range), options);
    }

    @Override
    public final RecordReader read(List<Slice> keys, ReadOptions options) {
        return new Named(keys, options);
    }

    private static final class Scan implements RecordReader {
        private final String space;
        private final Entries entries;
        private final ReadOptions options;
        private KeyRange range;
        private boolean moved;
        private boolean ended;

        Scan(String space, KeyRange range, Entries entries, ReadOptions options) {
            this.space = space;
            this.range = range;
            this.entries = entries;
            this.options = options;
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            while (!ended) {
                ended = !entries.next();
                if (ended) {
                    return false;
                }
                moved = true;
                Slice key = entries.told();
                if (options.keys().test(key)) {
                    Envelope.tell(key, entries.value(), RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                    return true;
                }
            }
            return false;
        }

        @Override
        public ScanPart rest() {
            if (moved) {
                try {
                    range = range.behind(entries.key());
                } catch (StoreException e) {
                    // a key that can't be told: from the one before
                    return range.part(space);
                }
                moved = false;
            }
            return range.part(space);
        }

        @Override
        public void close() {
            entries.close();
        }
    }

    private final class Named implements RecordReader {
        private final List<Slice> keys;
        private final ReadOptions options;
        private int at;

        Named(List<Slice> keys, ReadOptions options) {
            this.keys = keys;
            this.options = options;
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            while (at < keys.size()) {
                Slice key = keys.get(at++);
                byte[] found = options.keys().test(key) ? value(key) : null;
                if (found != null) {
                    Envelope.tell(key, Slice.of(found), RecordHeader.NO_EXPIRY, Map.of(), options.chunkBytes(), sink);
                    return true;
                }
            }
            return false;
        }

        @Override
        public ScanPart rest() {
            return KeyRange.ALL.part(address.scheme());
        }

        @Override
        public void close() {}
    }
}
