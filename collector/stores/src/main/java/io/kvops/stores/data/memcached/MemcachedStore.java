package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One server. It holds a connection for questions; readers and writers have their own. */
final class MemcachedStore implements DataStore {
    static final String FLAGS = "flags";

    private static final String NAME = "memcached";
    private static final ScanPart ALL = new ScanPart("memcached:all");
    /** What an item needs beside its value, at most: its header, the key. */
    private static final long ITEM_BYTES = 512;

    private static final int DELETE_KEYS = 500;

    private final StoreAddress address;
    private final OpenOptions opened;
    private final Conversation with;
    private final Capabilities capabilities;

    private MemcachedStore(StoreAddress address, OpenOptions opened, Conversation with, long itemBytes) {
        this.address = address;
        this.opened = opened;
        this.with = with;
        this.capabilities = new Capabilities(
                Set.of(RecordType.STRING),
                true,
                1_000,
                false,
                Set.of(FLAGS),
                true,
                Conversation.MAX_KEY_CHARS,
                itemBytes - ITEM_BYTES,
                "",
                0,
                Capabilities.Changes.COMPARE,
                false,
                false,
                !opened.readOnly());
    }

    static MemcachedStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        Conversation with = Conversation.open(address, opened.timeout());
        try {
            String itemBytes = stats(with, " settings").getOrDefault("item_size_max", "");
            return new MemcachedStore(address, opened, with, Long.parseLong(itemBytes));
        } catch (NumberFormatException e) {
            with.close();
            throw new StoreException(Kind.NONSENSE, address + " does not say how large an item may be", e);
        } catch (StoreException e) {
            with.close();
            throw e;
        }
    }

    private static Map<String, String> stats(Conversation with, String group) throws StoreException {
        try {
            with.text("stats" + group + "\r\n").send();
            return with.statistics();
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    Conversation connect() throws StoreException {
        return Conversation.open(address, opened.timeout());
    }

    OpenOptions opened() {
        return opened;
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Map<String, String> stats = stats(with, "");
        return new StoreDescription(
                NAME,
                NAME,
                stats.getOrDefault("version", ""),
                "",
                "standalone",
                Map.of("memory.limit.bytes", (double) number(stats, "limit_maxbytes")),
                Map.of());
    }

    private static long number(Map<String, String> stats, String name) {
        try {
            return Long.parseLong(stats.getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Items that have expired and were not come across count too. */
    @Override
    public DataSize size() throws StoreException {
        Map<String, String> stats = stats(with, "");
        return new DataSize(number(stats, "curr_items"), number(stats, "bytes"), false);
    }

    /** One part: the server has one crawler. */
    @Override
    public List<ScanPart> split(int wanted) {
        return List.of(ALL);
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        if (!part.equals(ALL)) {
            throw new IllegalArgumentException("part: not one of this store (expected " + ALL.text() + ")");
        }
        Conversation own = connect();
        try {
            DumpedKeys keys = DumpedKeys.of(own, opened.timeout().toMillis());
            return new MemcachedReader(own, keys, options, ALL);
        } catch (StoreException e) {
            own.close();
            throw e;
        }
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException {
        return new MemcachedReader(connect(), MemcachedReader.named(keys), options, ALL);
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new MemcachedWriter(this, options);
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        try {
            long there = 0;
            int asked = 0;
            for (Slice key : new HashSet<>(keys)) {
                if (Conversation.names(key)) {
                    with.command("md", key, "", "");
                    asked++;
                }
                if (asked == DELETE_KEYS) {
                    there += deleted(asked);
                    asked = 0;
                }
            }
            return there + deleted(asked);
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    private long deleted(int asked) throws IOException, StoreException {
        long there = 0;
        with.send();
        for (int i = 0; i < asked; i++) {
            String answer = with.line();
            if (!answer.startsWith("HD") && !answer.startsWith("NF")) {
                throw with.refused(answer);
            }
            there += answer.startsWith("HD") ? 1 : 0;
        }
        return there;
    }

    @Override
    public void close() throws StoreException {
        with.close();
    }
}
