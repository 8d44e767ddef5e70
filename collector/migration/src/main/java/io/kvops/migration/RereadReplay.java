package io.kvops.migration;

import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Replay;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a feed by reading each key that changed once more, and writing what is there as a whole, through filter and transforms;
 * what is not there any more, or does not pass any more, is removed. It may be done twice without harm, so where it is stands in
 * the task's checkpoint. For one thread.
 */
final class RereadReplay implements Replay {
    private static final int BATCH_KEYS = 256;

    private final Endpoints endpoints;
    private final MigrationJob job;
    private final FeedOptions options;
    private final Clock clock;
    private final String begunAt;
    private final Sieve sieve;
    private final Transforms transforms;
    /** Keys that the feed has told, and that are not at the target yet. */
    private final LinkedHashSet<Slice> waiting = new LinkedHashSet<>();

    private final DataStore asked;
    private @Nullable ChangeFeed feed;
    private @Nullable Sides sides;
    private String position = "";

    /**
     * @param asked the source, for its feed; closed with this
     * @param begunAt where an earlier run was; empty if there was none
     */
    RereadReplay(
            Endpoints endpoints, MigrationJob job, DataStore asked, FeedOptions options, Clock clock, String begunAt) {
        this.endpoints = endpoints;
        this.job = job;
        this.asked = asked;
        this.options = options;
        this.clock = clock;
        this.begunAt = begunAt;
        this.sieve = new Sieve(job.filter());
        this.transforms = Transforms.of(job.transforms());
    }

    /** Why a job can't be done so; empty if it can. */
    static String refusal(MigrationJob job) {
        Transforms transforms = Transforms.of(job.transforms());
        return transforms.changesKeys() && transforms.readsValues()
                ? "a live sync can't rename keys by their values: of a removed record the value is not known; use rename:"
                : "";
    }

    private ChangeFeed feed() {
        ChangeFeed open = feed;
        if (open == null) {
            throw new IllegalStateException("the feed is not open");
        }
        return open;
    }

    private void open(String from) throws StoreException, ChangesLostException {
        if (feed != null) {
            feed.close();
        }
        ChangeFeed next = asked.changes(options);
        feed = next;
        next.open(from);
        position = next.position();
    }

    @Override
    public boolean resume() throws StoreException, ChangesLostException {
        if (begunAt.isEmpty()) {
            return false;
        }
        open(begunAt);
        return true;
    }

    @Override
    public DataStore begin(BooleanSupplier stop) throws StoreException {
        try {
            open("");
        } catch (ChangesLostException e) {
            throw new IllegalStateException("a feed that begins now has lost changes", e);
        }
        return source();
    }

    @Override
    public @Nullable DataStore again() throws StoreException {
        try {
            return resume() ? source() : null;
        } catch (ChangesLostException e) {
            return null;
        }
    }

    private DataStore source() throws StoreException {
        DataStore lent = feed().records();
        return lent != null ? lent : endpoints.opened(job.source(), true);
    }

    @Override
    public DataStore target() throws StoreException {
        return endpoints.opened(job.target(), false);
    }

    @Override
    public void copied() {}

    @Override
    public int next(Duration atMost) throws StoreException, ChangesLostException {
        settle();
        int passed = feed().next(key -> waiting.add(key.copy()), atMost);
        settle();
        return passed;
    }

    private void settle() throws StoreException {
        if (!waiting.isEmpty()) {
            Sides open = sides();
            try {
                List<Slice> all = new ArrayList<>(waiting);
                for (int from = 0; from < all.size(); from += BATCH_KEYS) {
                    open.rewrite(all.subList(from, Math.min(all.size(), from + BATCH_KEYS)));
                }
                open.writer.flush();
            } catch (StoreException e) {
                sides = null;
                try {
                    open.close();
                } catch (StoreException closing) {
                    e.addSuppressed(closing);
                }
                throw e;
            }
            waiting.clear();
        }
        position = feed().position();
    }

    private Sides sides() throws StoreException {
        Sides open = sides;
        if (open != null) {
            return open;
        }
        List<DataStore> stores = new ArrayList<>();
        try {
            stores.add(source());
            stores.add(target());
            open = new Sides(stores.get(0), stores.get(1));
            sides = open;
            return open;
        } catch (StoreException e) {
            for (DataStore store : stores) {
                try {
                    store.close();
                } catch (StoreException closing) {
                    e.addSuppressed(closing);
                }
            }
            throw e;
        }
    }

    /** Both stores, as long as they answer. */
    private final class Sides implements AutoCloseable {
        private final DataStore from;
        private final DataStore to;
        private final RecordWriter writer;
        private final Pipeline pipeline;
        private final boolean opaque;
        private final Set<Slice> written = new HashSet<>();
        private final Set<Slice> gone = new HashSet<>();
        private final RecordSink renamed;

        Sides(DataStore from, DataStore to) throws StoreException {
            this.from = from;
            this.to = to;
            this.opaque = CopyRun.opaque(job, from.capabilities(), to.capabilities(), false);
            this.writer = to.writer(WriteOptions.REPLACE.with(job.loss()));
            RateLimit none = new RateLimit(0, () -> 0);
            this.pipeline = new Pipeline(new Reread(from, ""), sieve, transforms, clock, none, none, () -> false);
            RecordSink noted = new ForwardingSink() {
                @Override
                protected RecordSink to() {
                    return writer;
                }

                @Override
                public void begin(RecordHeader header) throws StoreException {
                    written.add(header.key().copy());
                    super.begin(header);
                }
            };
            pipeline.to(noted, noted);
            this.renamed = transforms.onto(
                    new ForwardingSink() {
                        @Override
                        protected @Nullable RecordSink to() {
                            return null;
                        }

                        @Override
                        public void begin(RecordHeader header) {
                            gone.add(header.key().copy());
                        }
                    },
                    clock);
        }

        void rewrite(List<Slice> keys) throws StoreException {
            written.clear();
            gone.clear();
            List<Slice> wanted = keys.stream().filter(sieve::key).toList();
            ReadOptions how = ReadOptions.ALL.withOpaque(opaque);
            try (RecordReader reader = from.read(wanted, how)) {
                while (pipeline.next(reader::next)) {
                    // the writer has it
                }
            }
            wanted.forEach(key -> StaleKeys.header(renamed, key));
            gone.removeAll(written);
            if (!gone.isEmpty()) {
                to.delete(List.copyOf(gone));
            }
        }

        @Override
        public void close() throws StoreException {
            try {
                writer.close();
            } finally {
                try {
                    to.close();
                } finally {
                    from.close();
                }
            }
        }
    }

    @Override
    public String position() {
        return position;
    }

    @Override
    public String end() throws StoreException {
        return feed().end();
    }

    @Override
    public boolean reached(String end) {
        return waiting.isEmpty() && feed().reached(end);
    }

    @Override
    public Lag lag() throws StoreException {
        return feed().lag();
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        return feed().holdWrites(atMost);
    }

    @Override
    public void letWrite() throws StoreException {
        feed().letWrite();
    }

    @Override
    public List<String> news() {
        return feed().news();
    }

    @Override
    public void finish() {}

    @Override
    public void close() throws StoreException {
        try {
            if (feed != null) {
                feed.close();
            }
        } finally {
            try {
                if (sides != null) {
                    sides.close();
                }
            } finally {
                asked.close();
            }
        }
    }
}
