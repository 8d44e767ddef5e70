package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.rdb.RdbValue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in rounds, each asked for in one go while the values of the round before are told: the next page of keys, the
 * sizes of the page that is known, the values (by DUMP) of keys whose sizes are known. What is large is read by cursors, on a
 * connection of its own, so that neither side needs memory for it.
 */
final class RedisReader implements RecordReader {
    /** Values of a round together. */
    private static final long ROUND_BYTES = 8 << 20;

    /** Values of a round where the server does not tell sizes. */
    private static final int UNSIZED_KEYS = 16;

    private static final int PAGES_AHEAD = 2;
    private static final byte[] MEMORY = RespConnection.ascii("MEMORY");
    private static final byte[] USAGE = RespConnection.ascii("USAGE");
    private static final byte[] SAMPLES = RespConnection.ascii("SAMPLES");
    private static final byte[] DUMP = RespConnection.ascii("DUMP");
    private static final byte[] TIME = RespConnection.ascii("TIME");

    private final RedisStore store;
    private final KeySource source;
    private final long largeBytes;
    private final ReadOptions options;
    private final RespConnection connection;
    private final RespInput in;
    private final RespOutput out;
    private final Expiries expiries;
    private final Map<String, String> opaqueMetadata;
    private final Slice value = new Slice();
    private final Slice key = new Slice();
    private final Slice chunk = new Slice();

    /** Pages whose records are not all told, the oldest first. */
    private final ArrayDeque<Page> pages = new ArrayDeque<>();

    private final ArrayDeque<Page> unsized = new ArrayDeque<>();
    private final ArrayDeque<Key> sized = new ArrayDeque<>();
    private boolean sizesTold = true;
    private @Nullable Round ahead;
    private @Nullable Round current;
    private String position;
    private @Nullable ElementReader elements;
    private final @Nullable Detours detours;

    /** @param connection of its own, closed with this */
    RedisReader(RedisStore store, RespConnection connection, KeySource source, ReadOptions options) {
        this.store = store;
        this.source = source;
        this.largeBytes = store.limits().largeBytes();
        this.options = options;
        this.position = source.start();
        this.detours = store.detours();
        this.connection = connection;
        this.in = connection.in();
        this.out = connection.out();
        this.expiries = new Expiries(store.version());
        this.opaqueMetadata = Map.of(RecordHeader.ENCODING, store.capabilities().opaque());
    }

    private static final class Page {
        private final List<byte[]> keys;
        private final String after;
        private int told;

        Page(KeySource.Page from) {
            this.keys = from.keys();
            this.after = from.after();
        }
    }

    private static final class Key {
        private final byte[] bytes;
        /** -1 if it is not known. */
        private final long valueBytes;

        private final Page page;

        Key(byte[] bytes, long valueBytes, Page page) {
            this.bytes = bytes;
            this.valueBytes = valueBytes;
            this.page = page;
        }
    }

    private record Round(boolean scan, @Nullable Page sizes, boolean time, ArrayDeque<Key> values) {}

    /** What became of a key. */
    enum Step {
        TOLD,
        /** It was not there. */
        GONE,
        /** There was none. */
        END
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        Step step;
        do {
            step = step(sink);
        } while (step == Step.GONE);
        return step == Step.TOLD;
    }

    /** Goes on by one key. */
    Step step(RecordSink sink) throws StoreException {
        try {
            while (true) {
                Round round = current;
                Key of = round == null ? null : round.values.peek();
                if (round == null || of == null) {
                    if (!nextRound()) {
                        return Step.END;
                    }
                    continue;
                }
                boolean told = tell(of, sink);
                round.values.remove();
                of.page.told++;
                return told ? Step.TOLD : Step.GONE;
            }
        } catch (IOException e) {
            throw connection.broken(e);
        } catch (ErrorReply e) {
            throw connection.refused(e);
        }
    }

    private boolean nextRound() throws IOException, StoreException, ErrorReply {
        Round round = ahead == null ? ask() : ahead;
        current = round;
        ahead = null;
        settle();
        if (round == null) {
            return false;
        }
        if (round.scan) {
            Page page = new Page(source.answer(in, options.keys()));
            pages.add(page);
            unsized.add(page);
        }
        if (round.sizes != null) {
            sizes(round.sizes);
        }
        if (round.time) {
            expiries.time(in);
        }
        ahead = ask();
        return true;
    }

    /** Asks for all that can be asked for now; null if nothing is left. */
    private @Nullable Round ask() throws IOException {
        boolean scan = source.more() && unsized.size() < PAGES_AHEAD && sized.size() < PAGES_AHEAD * 256;
        if (scan) {
            source.ask(out);
        }
        Page sizes = unsized.poll();
        if (sizes != null && sizesTold) {
            for (byte[] name : sizes.keys) {
                out.command(MEMORY, 4).arg(USAGE).arg(name).arg(SAMPLES).arg(1);
            }
        }
        ArrayDeque<Key> values = new ArrayDeque<>();
        boolean time = !sized.isEmpty() && expiries.wantTime();
        if (time) {
            out.command(TIME, 0);
        }
        long bytes = 0;
        while (!sized.isEmpty()) {
            Key next = sized.peek();
            long own = next.valueBytes < 0
                    ? ROUND_BYTES / UNSIZED_KEYS
                    : next.valueBytes >= largeBytes ? 0 : next.valueBytes;
            if (bytes > 0 && bytes + own > ROUND_BYTES) {
                break;
            }
            bytes += own;
            values.add(sized.remove());
            if (next.valueBytes < largeBytes) {
                expiries.ask(out, next.bytes);
                out.command(DUMP, 1).arg(next.bytes);
            }
        }
        if (!scan && sizes == null && values.isEmpty()) {
            return null;
        }
        out.flush();
        return new Round(scan, sizes, time, values);
    }

    private void sizes(Page page) throws IOException, StoreException {
        boolean asked = sizesTold;
        for (byte[] name : page.keys) {
            long bytes = -1;
            if (asked) {
                try {
                    bytes = in.integerOrNone();
                } catch (ErrorReply e) {
                    sizesTold &= Redirect.is(e);
                }
            }
            sized.add(new Key(name, bytes, page));
        }
    }

    /** False if it is not there any more. */
    private boolean tell(Key of, RecordSink sink) throws IOException, StoreException, ErrorReply {
        try {
            return of.valueBytes >= largeBytes ? elements().tell(of.bytes, of.valueBytes, sink) : tellDumped(of, sink);
        } catch (ErrorReply e) {
            Detours ways = detours;
            if (ways == null || !Redirect.is(e)) {
                throw e;
            }
            return ways.follow(
                    Slots.of(of.bytes),
                    e,
                    connection.at(),
                    at -> new ElementReader(store, options, at).tell(of.bytes, of.valueBytes, sink));
        }
    }

    private long expiry() throws IOException, StoreException, ErrorReply {
        try {
            return expiries.answer(in);
        } catch (ErrorReply e) {
            // the value's answer comes all the same
            try {
                in.skip();
            } catch (ErrorReply another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    private boolean tellDumped(Key of, RecordSink sink) throws IOException, StoreException, ErrorReply {
        long expiresAt = expiry();
        long length = in.bulk();
        if (length < 0) {
            return false;
        }
        if (length > largeBytes) {
            in.finish();
            return elements().tell(of.bytes, length, sink);
        }
        in.rest(value);
        key.set(of.bytes, 0, of.bytes.length);
        if (options.opaque()) {
            sink.begin(new RecordHeader(key, RecordType.OPAQUE, expiresAt, opaqueMetadata));
            for (int at = 0; at < value.length(); at += options.chunkBytes()) {
                int count = Math.min(options.chunkBytes(), value.length() - at);
                sink.chunk(chunk.set(value.array(), value.offset() + at, count));
            }
            sink.end();
            return true;
        }
        return RdbValue.tell(key, value, expiresAt, options.chunkBytes(), sink)
                || elements().tell(of.bytes, length, sink);
    }

    private ElementReader elements() throws StoreException {
        ElementReader reader = elements;
        if (reader == null) {
            reader = new ElementReader(store, options);
            elements = reader;
        }
        return reader;
    }

    @Override
    public ScanPart rest() {
        settle();
        Page page = pages.peek();
        if (page == null || page.told == 0) {
            return source.rest(List.of(), position, position);
        }
        return source.rest(page.keys.subList(page.told, page.keys.size()), position, page.after);
    }

    /** Moves the position behind pages that are told. */
    private void settle() {
        for (Page page = pages.peek(); page != null && page.told == page.keys.size(); page = pages.peek()) {
            pages.remove();
            position = page.after;
        }
    }

    @Override
    public void close() throws StoreException {
        try {
            if (elements != null) {
                elements.close();
            }
            if (detours != null) {
                detours.close();
            }
        } finally {
            connection.close();
        }
    }
}
