package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Envelope;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;

/** Reads a range page by page, as it was at the revision of the first page for as long as etcd has that. */
final class EtcdReader implements RecordReader {
    private static final int FIRST_LIMIT = 16;
    private static final int MAX_LIMIT = 1_000;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int LIMIT_STEP = 4;

    private final Gateway gateway;
    private final ReadOptions options;
    private final Leases leases;
    private KeyRange range;
    private long revision;
    private int limit = FIRST_LIMIT;
    private JsonNode page = MissingNode.getInstance();
    private int at;
    private boolean more = true;

    EtcdReader(Gateway gateway, KeyRange range, ReadOptions options, Clock clock) {
        this.gateway = gateway;
        this.range = range;
        this.options = options;
        this.leases = new Leases(gateway, clock);
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        while (true) {
            if (at >= page.size()) {
                if (!more) {
                    return false;
                }
                turn();
                continue;
            }
            JsonNode record = page.path(at++);
            Slice key = gateway.key(record);
            boolean wanted = options.keys().test(key);
            if (wanted) {
                Slice value = Slice.of(gateway.bytes(record, "value"));
                long expiresAt = leases.expiry(record.path("lease").asLong());
                Envelope.tell(key, value, expiresAt, Map.of(), options.chunkBytes(), sink);
            }
            range = range.behind(key);
            if (wanted) {
                return true;
            }
        }
    }

    private void turn() throws StoreException {
        ObjectNode request = Gateway.JSON.createObjectNode();
        Slice from = range.from();
        Slice before = range.before();
        request.put("key", from == null ? gateway.first() : gateway.key(range.after() ? behind(from) : from));
        request.put("range_end", before == null ? gateway.end() : gateway.key(before));
        request.put("limit", limit);
        if (revision > 0) {
            request.put("revision", Long.toString(revision));
        }
        try {
            JsonNode answer = gateway.post("/v3/kv/range", request);
            page = answer.path("kvs");
            at = 0;
            more = answer.path("more").asBoolean();
            if (revision == 0) {
                revision = answer.path("header").path("revision").asLong();
            }
            limit();
        } catch (StoreException e) {
            boolean compacted = String.valueOf(e.getMessage()).contains("compacted");
            if (compacted && revision > 0) {
                revision = 0;
            } else if (e.kind() == Kind.NONSENSE && limit > 1) {
                // more than can be taken at once
                limit = Math.max(1, limit / LIMIT_STEP / LIMIT_STEP);
            } else {
                throw e;
            }
        }
    }

    private static Slice behind(Slice key) {
        return Slice.of(Arrays.copyOf(key.toBytes(), key.length() + 1));
    }

    /** About as many as fill a page next time. */
    private void limit() {
        long bytes = 1;
        for (JsonNode record : page) {
            bytes += record.path("value").asText().length();
        }
        long wanted = (long) PAGE_BYTES * Math.max(1, page.size()) / bytes;
        limit = (int) Math.max(1, Math.min(Math.min(wanted, MAX_LIMIT), (long) limit * LIMIT_STEP));
    }

    @Override
    public ScanPart rest() {
        return range.part(EtcdStore.NAME);
    }

    @Override
    public void close() {}
}
