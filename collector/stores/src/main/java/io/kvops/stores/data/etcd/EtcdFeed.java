package io.kvops.stores.data.etcd;

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
import io.kvops.stores.data.etcd.EtcdWatch.Batch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys under a prefix change, by a watch from a revision (https://etcd.io/docs/latest/learning/api/#watch-api). Positions are
 * revisions. A lease that is kept alive is no change to etcd, so that keys with leases are told once more before a cut-over. For one
 * thread.
 */
final class EtcdFeed implements ChangeFeed {
    private static final int PAGE_KEYS = 1_000;
    /** A watch that tells nothing for so long, while there is something, hangs. */
    private static final long SILENT_NANOS = 30_000_000_000L;

    private final Gateway gateway;
    private final EtcdWatch watch;
    private final FeedOptions options;
    private long applied;
    /** Keys that there were at that revision: it may be compacted when they are to be counted. */
    private long count;

    private long known;
    private boolean leases;
    private long behindSince = -1;
    private long silentSince = -1;
    /** Why nothing comes any more. */
    private @Nullable Batch over;

    EtcdFeed(Gateway gateway, EtcdWatch watch, FeedOptions options) {
        this.gateway = gateway;
        this.watch = watch;
        this.options = options;
    }

    @Override
    public void open(String position) throws StoreException, ChangesLostException {
        if (position.isEmpty()) {
            JsonNode now = gateway.post("/v3/kv/range", first());
            applied = now.path("header").path("revision").asLong();
            count = now.path("count").asLong();
        } else {
            applied = Long.parseLong(position);
            count = known(applied);
        }
        known = applied;
        watch.start(applied);
    }

    private ObjectNode all() {
        return Gateway.JSON.createObjectNode().put("key", gateway.first()).put("range_end", gateway.end());
    }

    private ObjectNode first() {
        return all().put("limit", 1).put("keys_only", true);
    }

    private long revision() throws StoreException {
        return gateway.post("/v3/kv/range", first())
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

    @Override
    public String position() {
        return Long.toString(applied);
    }

    @Override
    public int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        if (leases) {
            leased(to);
            leases = false;
        }
        try {
            Batch batch = over == null ? watch.poll(atMost.toMillis()) : over;
            int passed = 0;
            while (batch != null) {
                take(batch, to);
                passed += batch.keys().size();
                batch = passed < PAGE_KEYS ? watch.poll(0) : null;
            }
            return passed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private void take(Batch batch, ChangeSink to) throws StoreException, ChangesLostException {
        StoreException failed = batch.failure();
        over = failed != null || !batch.lost().isEmpty() ? batch : null;
        if (!batch.lost().isEmpty()) {
            throw new ChangesLostException(batch.lost());
        }
        if (failed != null) {
            throw new StoreException(failed.kind(), String.valueOf(failed.getMessage()), failed);
        }
        batch.keys().forEach(to::changed);
        applied = Math.max(applied, batch.revision());
        count += batch.keysMore();
        silentSince = -1;
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
                from = gateway.key(Slice.of(Arrays.copyOf(last.toBytes(), last.length() + 1)));
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
        if (leases || !watch.isEmpty()) {
            return false;
        }
        long wanted = Long.parseLong(end);
        if (applied < wanted) {
            try {
                // that revision itself may be compacted meanwhile
                pass(Math.max(wanted, revision()));
            } catch (StoreException e) {
                watch.tell("etcd can't say whether all changes came: " + e.getMessage());
            }
        }
        return applied >= wanted;
    }

    /**
     * A watch says nothing of revisions that change other keys. Nothing here changed in between if no key was modified since, and
     * there are as many as before.
     */
    private void pass(long revision) throws StoreException {
        ObjectNode modified = first().put("count_only", false)
                .put("revision", Long.toString(revision))
                .put("min_mod_revision", Long.toString(applied + 1));
        boolean changed = !gateway.post("/v3/kv/range", modified).path("kvs").isEmpty();
        if (!changed && count == count(revision)) {
            applied = Math.max(applied, revision);
            watch.passed(applied);
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
            if (applied < known && watch.isEmpty()) {
                pass(known);
            }
        } catch (StoreException e) {
            if (e.kind() != Kind.UNREACHABLE) {
                throw e;
            }
        }
        long now = options.nanos().getAsLong();
        breakSilence(now);
        behindSince = applied >= known ? -1 : behindSince < 0 ? now : behindSince;
        return new Lag(Math.max(0, known - applied), "revisions", behindSince < 0 ? 0 : now - behindSince);
    }

    /** Of a connection that leads nowhere any more neither side is told. */
    private void breakSilence(long now) {
        if (applied >= known || !watch.isEmpty()) {
            silentSince = -1;
        } else if (silentSince < 0) {
            silentSince = now;
        } else if (now - silentSince > SILENT_NANOS) {
            silentSince = -1;
            watch.breakOff("the watch tells nothing, though something changed");
        }
    }

    @Override
    public List<String> news() {
        return watch.news();
    }

    @Override
    public void close() throws StoreException {
        watch.close();
    }
}
