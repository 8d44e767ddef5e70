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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks for items a page at a time: how long each has, between two looks at the server's clock, so that the instant of its expiry is
 * exact; then the values.
 */
final class MemcachedReader implements RecordReader {
    /** So many commands fit into buffers on the way while nobody reads their answers. */
    private static final int PAGE = 128;

    private static final int LOOKS = 5;
    private static final long NEVER = -1;
    private static final long GONE = -2;

    /** Where keys come from, in pages; an empty one is the end. */
    interface Keys extends AutoCloseable {
        List<Slice> page(int wanted) throws StoreException;

        @Override
        void close() throws StoreException;
    }

    private final Conversation with;
    private final Keys keys;
    private final ReadOptions options;
    private final ScanPart part;
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();

    private record Asked(Slice key, long expiresAtMillis) {}

    MemcachedReader(Conversation with, Keys keys, ReadOptions options, ScanPart part) {
        this.with = with;
        this.keys = keys;
        this.options = options;
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
                Asked next = asked.poll();
                if (next == null) {
                    if (!ask()) {
                        return false;
                    }
                } else if (tell(next, with.line(), sink)) {
                    return true;
                }
            }
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    /** Asks for the next page; false if there is none. */
    private boolean ask() throws IOException, StoreException {
        List<Slice> all = keys.page(PAGE);
        List<Slice> page = all.stream()
                .filter(key -> Conversation.names(key) && options.keys().test(key))
                .toList();
        if (page.isEmpty()) {
            return !all.isEmpty();
        }
        long[] left = new long[page.size()];
        long now = 0;
        for (int looks = 0; looks < LOOKS; looks++) {
            with.text("stats\r\n");
            for (Slice key : page) {
                with.command("mg", key, "", " t");
            }
            with.text("stats\r\n").send();
            long before = seconds();
            for (int i = 0; i < left.length; i++) {
                left[i] = left(with.line());
            }
            now = seconds();
            if (before == now) {
                break;
            }
        }
        for (int i = 0; i < left.length; i++) {
            if (left[i] != GONE) {
                long expiresAt = left[i] == NEVER ? RecordHeader.NO_EXPIRY : (now + left[i]) * 1_000;
                with.command("mg", page.get(i), "", " v f");
                asked.add(new Asked(page.get(i), expiresAt));
            }
        }
        with.send();
        return true;
    }

    /** The server's clock. */
    private long seconds() throws IOException, StoreException {
        String time = with.statistics().getOrDefault("time", "");
        try {
            return Long.parseLong(time);
        } catch (NumberFormatException e) {
            throw new StoreException(Kind.NONSENSE, with.at() + " does not say what time it is", e);
        }
    }

    /** {@code HD t100}, or EN. */
    private long left(String line) throws StoreException {
        if (line.startsWith("EN")) {
            return GONE;
        }
        if (!line.startsWith("HD t")) {
            throw with.refused(line);
        }
        try {
            return Long.parseLong(line.substring(4).strip().split(" ", 2)[0]);
        } catch (NumberFormatException e) {
            throw new StoreException(Kind.NONSENSE, with.at() + " answers '" + line + "'", e);
        }
    }

    /** {@code VA 5 f0} and the value, or EN. */
    private boolean tell(Asked of, String line, RecordSink sink) throws IOException, StoreException {
        String[] words = line.split(" ", -1);
        if (words[0].equals("EN")) {
            return false;
        }
        if (!words[0].equals("VA") || words.length < 3 || !words[2].startsWith("f")) {
            throw with.refused(line);
        }
        try {
            Slice value = Slice.of(with.value(Integer.parseInt(words[1])));
            long flags = Long.parseLong(words[2].substring(1));
            Map<String, String> metadata = flags == 0 ? Map.of() : Map.of(MemcachedStore.FLAGS, Long.toString(flags));
            Envelope.tell(of.key, value, of.expiresAtMillis, metadata, options.chunkBytes(), sink);
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
