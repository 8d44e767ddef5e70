package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives what changes under a prefix on a thread of its own ({@code kvops-feed-NAME}); a watch that breaks is made again, and goes
 * on where it was. All but the thread's work is for one thread.
 */
final class EtcdWatch implements AutoCloseable {
    private static final int QUEUE_BATCHES = 256;
    private static final int MAX_NEWS = 100;
    private static final long FIRST_WAIT_NANOS = 50_000_000L;
    private static final long LONGEST_WAIT_NANOS = 2_000_000_000L;

    private final Gateway gateway;
    private final FeedOptions options;
    private final ArrayBlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUE_BATCHES);
    private final List<String> news = new ArrayList<>();
    private volatile boolean closed;
    private volatile @Nullable InputStream stream;
    private volatile long passed;
    private @Nullable Thread thread;

    /**
     * What came at once: changes up to a revision, or why there are no more.
     *
     * @param keysMore keys that were made, less those that were removed
     */
    record Batch(
            List<Slice> keys,
            long revision,
            long keysMore,
            String lost,
            @Nullable StoreException failure) {}

    /** @param gateway is the thread's own */
    EtcdWatch(Gateway gateway, FeedOptions options) {
        this.gateway = gateway;
        this.options = options;
    }

    /** Receives what comes behind a revision; once. */
    void start(long revision) {
        Thread receiver = new Thread(() -> receive(revision), "kvops-feed-" + options.name());
        receiver.setDaemon(true);
        thread = receiver;
        receiver.start();
    }

    /** Nothing is to come up to that revision: it need not be kept by etcd for a watch that is made again. */
    void passed(long revision) {
        passed = Math.max(passed, revision);
    }

    /** Whether nothing waits to be taken. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** What came next; null if nothing comes in time. */
    @Nullable
    Batch poll(long millis) throws InterruptedException {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Breaks the connection off, so that it is made again. */
    void breakOff(String why) {
        InputStream open = stream;
        tell(why);
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            tell("the watch could not be closed: " + e.getMessage());
        }
    }

    private void receive(long from) {
        try {
            watchAgain(from);
        } catch (RuntimeException e) {
            failed(new StoreException(Kind.NONSENSE, "a watch of etcd failed: " + e, e));
        }
    }

    private void failed(StoreException e) {
        put(new Batch(List.of(), 0, 0, "", e));
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
                next = Math.max(next, Math.max(reached, passed) + 1);
                tell("the watch ended; watches again");
            } catch (StoreException e) {
                long now = options.nanos().getAsLong();
                failingSince = failingSince < 0 ? now : failingSince;
                if (e.kind() != Kind.UNREACHABLE
                        || now - failingSince > options.retry().toNanos()) {
                    failed(e);
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
                .put("key", gateway.first())
                .put("range_end", gateway.end())
                .put("start_revision", Long.toString(from));
        long reached = from - 1;
        try (InputStream in = gateway.stream("/v3/watch", request);
                JsonParser parser = Gateway.JSON.getFactory().createParser(in)) {
            stream = in;
            while (!closed) {
                JsonNode message = Gateway.JSON.readTree(parser);
                if (message == null || message.isMissingNode()) {
                    return reached;
                }
                JsonNode result = message.path("result");
                if (result.path("canceled").asBoolean()) {
                    put(new Batch(List.of(), 0, 0, ended(result, from), null));
                    return -1;
                }
                Batch batch = batch(result, reached);
                if (!batch.keys.isEmpty() && !put(batch)) {
                    return -1;
                }
                reached = batch.revision;
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

    private static String ended(JsonNode result, long from) {
        long compacted = result.path("compact_revision").asLong();
        return compacted > 0
                ? "etcd has compacted its revisions up to " + compacted + ", and " + from + " was next"
                : "etcd ended the watch: " + result.path("cancel_reason").asText();
    }

    private Batch batch(JsonNode result, long before) throws StoreException {
        List<Slice> keys = new ArrayList<>();
        long last = before;
        long more = 0;
        for (JsonNode event : result.path("events")) {
            JsonNode record = event.path("kv");
            keys.add(gateway.key(record));
            last = Math.max(last, record.path("mod_revision").asLong());
            boolean made = record.path("version").asLong() == 1;
            more += event.path("type").asText().equals("DELETE") ? -1 : made ? 1 : 0;
        }
        return new Batch(keys, last, more, "", null);
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

    /** Adds to what {@link #news} tells. */
    void tell(String what) {
        synchronized (news) {
            if (news.size() < MAX_NEWS) {
                news.add(what);
            }
        }
    }

    /** What happened since it was asked last. */
    List<String> news() {
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
