package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangeSink;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which keys under a prefix change, by a watch from a revision (https://etcd.io/docs/latest/learning/api/#watch-api). A thread
 * receives; positions are revisions. A lease that is kept alive is no change to etcd, so that keys with leases are told once more
 * before a cut-over. All but the thread's work is for one thread.
 */
final class EtcdFeed implements ChangeFeed {
    private static final int QUEUE_BATCHES = 256;
    private static final int PAGE_KEYS = 1_000;
    private static final int MAX_NEWS = 100;
    private static final long FIRST_WAIT_NANOS = 50_000_000L;
    private static final long LONGEST_WAIT_NANOS = 2_000_000_000L;
    /** A watch that tells nothing for so long, while there is something, hangs. */
    private static final long SILENT_NANOS = 30_000_000_000L;

    private final Gateway gateway;
    private final Gateway watching;
    private final FeedOptions options;
    private final ArrayBlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUE_BATCHES);
    private final List<String> news = new ArrayList<>();
    private volatile boolean closed;
    private volatile @Nullable InputStream stream;
    private @Nullable Thread thread;
    /** Written by the one thread. */
    private volatile long applied;
    /** Keys that there were at that revision: it may be compacted when they are to be counted. */
    private long count;

    private long known;
    private boolean leases;
    private long behindSince = -1;
    private long silentSince = -1;

    /** What came at once: changes up to a revision, or why there are no more. */
    private record Batch(
            List<Slice> keys,
            long revision,
            long keysMore,
            String lost,
            @Nullable StoreException failure) {}

    /**
     * @param gateway asks
     * @param watching is the thread's own
     */
    EtcdFeed(Gateway gateway, Gateway watching, FeedOptions options) {
        this.gateway = gateway;
        this.watching = watching;
        this.options = options;
    }

    @Override
    public void open(String position) throws StoreException, ChangesLostException {
        if (position.isEmpty()) {
            JsonNode now = gateway.post("/v3/kv/range", all().put("limit", 1).put("keys_only", true));
            applied = now.path("header").path("revision").asLong();
            count = now.path("count").asLong();
        } else {
            applied = Long.parseLong(position);
            count = known(applied);
        }
        known = applied;
        Thread receiver = new Thread(() -> receive(applied), "kvops-feed-" + options.name());
        receiver.setDaemon(true);
        thread = receiver;
        receiver.start();
    }

    private ObjectNode all() {
        return Gateway.JSON.createObjectNode().put("key", gateway.first()).put("range_end", gateway.end());
    }

    private long revision() throws StoreException {
        return gateway.post("/v3/kv/range", all().put("limit", 1).put("keys_only", true))
                .path("header")
                .path("revision")
                .asLong();
    }

    private long known(long revision) throws StoreException, ChangesLostException {
        try {
            return count(revision);
        } catch (StoreException e) {
            String text = String.valueOf(e.getMessage());
            if (text.contains("compacted") || text.contains("future revision")) {
                throw new ChangesLostException("etcd has not kept revision " + revision + ", where this was: " + text);
            }
            throw e;
        }
    }

    private void receive(long from) {
        try {
            watchAgain(from);
        } catch (RuntimeException e) {
            put(new Batch(List.of(), 0, 0, "", new StoreException(Kind.NONSENSE, "a watch of etcd failed: " + e, e)));
        }
    }

    private void watchAgain(long from) {
        long next = from + 1;
        long failingSince = -1;
        long wait = FIRST_WAIT_NANOS;
        while (!closed) {
            try {
                long reached = watch(next);
                if (reached < 0) {
                    return;
                }
                if (reached >= next) {
                    failingSince = -1;
                    wait = FIRST_WAIT_NANOS;
                }
                // what was found out without the watch need not be kept by etcd
                next = Math.max(next, Math.max(reached, applied) + 1);
                tell("the watch ended; watches again");
            } catch (StoreException e) {
                long now = options.nanos().getAsLong();
                failingSince = failingSince < 0 ? now : failingSince;
                if (e.kind() != Kind.UNREACHABLE
                        || now - failingSince > options.retry().toNanos()) {
                    put(new Batch(List.of(), 0, 0, "", e));
                    return;
                }
                tell("the watch broke (" + e.getMessage() + ")");
            }
            LockSupport.parkNanos(this, wait);
            wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
        }
    }

    /** @return the last revision that came; -1 if it is over for good */
    private long watch(long from) throws StoreException {
        ObjectNode request = Gateway.JSON.createObjectNode();
        request.putObject("create_request")
                .put("key", watching.first())
                .put("range_end", watching.end())
                .put("start_revision", Long.toString(from));
        long reached = from - 1;
        try (InputStream in = watching.stream("/v3/watch", request);
                JsonParser parser = Gateway.JSON.getFactory().createParser(in)) {
            stream = in;
            while (!closed) {
                JsonNode message = Gateway.JSON.readTree(parser);
                if (message == null || message.isMissingNode()) {
                    return reached;
                }
                JsonNode result = message.path("result");
                if (result.path("canceled").asBoolean()) {
                    long compacted = result.path("compact_revision").asLong();
                    String why = compacted > 0
                            ? "etcd has compacted its revisions up to " + compacted + ", and " + from + " was next"
                            : "etcd ended the watch: "
                                    + result.path("cancel_reason").asText();
                    put(new Batch(List.of(), 0, 0, why, null));
                    return -1;
                }
                List<Slice> keys = new ArrayList<>();
                long last = reached;
                long more = 0;
                for (JsonNode event : result.path("events")) {
                    keys.add(watching.key(event.path("kv")));
                    last = Math.max(last, event.path("kv").path("mod_revision").asLong());
                    boolean made = event.path("kv").path("version").asLong() == 1;
                    more += event.path("type").asText().equals("DELETE") ? -1 : made ? 1 : 0;
                }
                if (!keys.isEmpty() && !put(new Batch(keys, last, more, "", null))) {
                    return -1;
                }
                reached = last;
            }
            return -1;
        } catch (IOException e) {
            if (closed) {
                return -1;
            }
            tell("the watch broke (" + e.getMessage() + ")");
            return reached;
        }
    }

    private boolean put(Batch batch) {
        try {
            while (!closed) {
                if (queue.offer(batch, 1, TimeUnit.SECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void tell(String what) {
        synchronized (news) {
            if (news.size() < MAX_NEWS) {
                news.add(what);
            }
        }
    }

    @Override
    public String position() {
        return Long.toString(applied);
    }

    @Override
    public int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        if (leases) {
            leases = false;
            leased(to);
        }
        try {
            Batch batch = queue.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
            int passed = 0;
            while (batch != null) {
                if (!batch.lost.isEmpty()) {
                    throw new ChangesLostException(batch.lost);
                }
                StoreException failed = batch.failure;
                if (failed != null) {
                    throw new StoreException(failed.kind(), String.valueOf(failed.getMessage()), failed);
                }
                batch.keys.forEach(to::changed);
                passed += batch.keys.size();
                applied = Math.max(applied, batch.revision);
                count += batch.keysMore;
                silentSince = -1;
                batch = passed < PAGE_KEYS ? queue.poll() : null;
            }
            return passed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Tells all keys that have a lease. */
    private void leased(ChangeSink to) throws StoreException {
        String from = gateway.first();
        boolean more = true;
        while (more) {
            JsonNode page = gateway.post(
                    "/v3/kv/range",
                    Gateway.JSON
                            .createObjectNode()
                            .put("key", from)
                            .put("range_end", gateway.end())
                            .put("limit", PAGE_KEYS)
                            .put("keys_only", true));
            Slice last = null;
            for (JsonNode record : page.path("kvs")) {
                last = gateway.key(record);
                if (record.path("lease").asLong() != 0) {
                    to.changed(last);
                }
            }
            more = page.path("more").asBoolean() && last != null;
            if (last != null) {
                from = gateway.key(Slice.of(java.util.Arrays.copyOf(last.toBytes(), last.length() + 1)));
            }
        }
    }

    @Override
    public String end() throws StoreException {
        leases = true;
        known = revision();
        return Long.toString(known);
    }

    @Override
    public boolean reached(String end) {
        if (leases || !queue.isEmpty()) {
            return false;
        }
        long wanted = Long.parseLong(end);
        if (applied < wanted) {
            try {
                // that revision itself may be compacted meanwhile
                pass(Math.max(wanted, revision()));
            } catch (StoreException e) {
                tell("etcd can't say whether all changes came: " + e.getMessage());
            }
        }
        return applied >= wanted;
    }

    /**
     * A watch says nothing of revisions that change other keys. Nothing here changed in between if no key was modified since, and
     * there are as many as before.
     */
    private void pass(long revision) throws StoreException {
        ObjectNode modified = all().put("count_only", false)
                .put("limit", 1)
                .put("keys_only", true)
                .put("revision", Long.toString(revision))
                .put("min_mod_revision", Long.toString(applied + 1));
        boolean changed = !gateway.post("/v3/kv/range", modified).path("kvs").isEmpty();
        if (!changed && count == count(revision)) {
            applied = Math.max(applied, revision);
        }
    }

    private long count(long revision) throws StoreException {
        return gateway.post("/v3/kv/range", all().put("count_only", true).put("revision", Long.toString(revision)))
                .path("count")
                .asLong();
    }

    @Override
    public Lag lag() throws StoreException {
        try {
            known = Math.max(known, revision());
            if (applied < known && queue.isEmpty()) {
                pass(known);
                breakSilence();
            }
        } catch (StoreException e) {
            if (e.kind() != Kind.UNREACHABLE) {
                throw e;
            }
        }
        long now = options.nanos().getAsLong();
        behindSince = applied >= known ? -1 : behindSince < 0 ? now : behindSince;
        return new Lag(Math.max(0, known - applied), "revisions", behindSince < 0 ? 0 : now - behindSince);
    }

    /** Of a connection that leads nowhere any more neither side is told. */
    private void breakSilence() {
        long now = options.nanos().getAsLong();
        boolean silent = applied < known && queue.isEmpty();
        if (!silent) {
            silentSince = -1;
        } else if (silentSince < 0) {
            silentSince = now;
        } else if (now - silentSince > SILENT_NANOS) {
            silentSince = -1;
            InputStream open = stream;
            tell("the watch tells nothing, though something changed; watches again");
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                tell("the watch could not be closed: " + e.getMessage());
            }
        }
    }

    @Override
    public List<String> news() {
        synchronized (news) {
            List<String> all = List.copyOf(news);
            news.clear();
            return all;
        }
    }

    @Override
    public void close() throws StoreException {
        closed = true;
        InputStream open = stream;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw new StoreException(Kind.UNREACHABLE, "a watch could not be closed: " + e.getMessage(), e);
        } finally {
            Thread receiver = thread;
            if (receiver != null) {
                receiver.interrupt();
                try {
                    receiver.join(TimeUnit.SECONDS.toMillis(10));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
