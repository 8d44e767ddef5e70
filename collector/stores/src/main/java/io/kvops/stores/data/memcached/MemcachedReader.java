package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Envelope;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks for the values of some keys, two pages ahead. When an item expires is computed from how long it has, and this machine's clock. */
final class MemcachedReader implements RecordReader {
    private static final int PAGE = 128;

    /** Where keys come from, in pages; an empty one is the end. */
    interface Keys extends AutoCloseable {
        List<Slice> page(int wanted) throws StoreException;

        @Override
        void close() throws StoreException;
    }

    private final Conversation with;
    private final Keys keys;
    private final ReadOptions options;
    private final Clock clock;
    private final ScanPart part;
    private final ArrayDeque<Slice> asked = new ArrayDeque<>();
    private boolean ended;

    MemcachedReader(Conversation with, Keys keys, ReadOptions options, Clock clock, ScanPart part) {
        this.with = with;
        this.keys = keys;
        this.options = options;
        this.clock = clock;
        this.part = part;
    }

    static Keys named(List<Slice> keys) {
        ArrayDeque<Slice> left = new ArrayDeque<>(keys);
        return new Keys() {
            @Override
            public List<Slice> page(int wanted) {
                List<Slice> page = new ArrayList<>(wanted);
                while (page.size() < wanted && !left.isEmpty()) {
                    page.add(left.remove());
                }
                return page;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        try {
            while (true) {
                ask();
                Slice key = asked.poll();
                if (key == null) {
                    return false;
                }
                if (tell(key, with.line(), sink)) {
                    return true;
                }
            }
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    private void ask() throws IOException, StoreException {
        while (!ended && asked.size() <= PAGE) {
            List<Slice> page = keys.page(PAGE);
            ended = page.isEmpty();
            for (Slice key : page) {
                if (Conversation.names(key) && options.keys().test(key)) {
                    with.command("mg", key, "", " v f t");
                    asked.add(key);
                }
            }
            with.send();
        }
    }

    /** {@code VA 5 f0 t-1} and the value, or EN. */
    private boolean tell(Slice key, String line, RecordSink sink) throws IOException, StoreException {
        String[] words = line.split(" ", -1);
        if (words[0].equals("EN")) {
            return false;
        }
        if (!words[0].equals("VA") || words.length < 2) {
            throw with.refused(line);
        }
        long flags = 0;
        long left = -1;
        try {
            Slice value = Slice.of(with.value(Integer.parseInt(words[1])));
            for (int i = 2; i < words.length; i++) {
                if (words[i].startsWith("f")) {
                    flags = Long.parseLong(words[i].substring(1));
                } else if (words[i].startsWith("t")) {
                    left = Long.parseLong(words[i].substring(1));
                }
            }
            long expiresAt = left < 0 ? RecordHeader.NO_EXPIRY : (clock.millis() / 1_000 + left) * 1_000;
            Map<String, String> metadata = flags == 0 ? Map.of() : Map.of(MemcachedStore.FLAGS, Long.toString(flags));
            Envelope.tell(key, value, expiresAt, metadata, options.chunkBytes(), sink);
            return true;
        } catch (NumberFormatException e) {
            throw new StoreException(Kind.NONSENSE, with.at() + " answers '" + line + "'", e);
        }
    }

    /** Nothing says where a dump could go on. */
    @Override
    public ScanPart rest() {
        return part;
    }

    @Override
    public void close() throws StoreException {
        try {
            keys.close();
        } finally {
            with.close();
        }
    }
}
