package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Replay;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.Snapshot;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.redis.Description;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One database of one server, or a node of a cluster. It holds a connection for questions ({@link Questions}); readers and
 * writers have their own.
 */
final class RedisStore implements DataStore {
    /** The default of proto-max-bulk-len. */
    private static final long MAX_BYTES = 512L << 20;

    private static final String UNKNOWN = "unknown";
    private static final int DELETE_KEYS = 500;
    private static final int MIN_PART_KEYS = 500;

    /**
     * From where on values go in pieces.
     *
     * @param largeBytes to be read
     * @param pieceBytes to be written; also about how much a piece has
     */
    record Limits(long largeBytes, int pieceBytes) {
        static final Limits DEFAULT = new Limits(4 << 20, 1 << 20);
    }

    /** Where the server is now. */
    private interface Place {
        HostPort find() throws StoreException;
    }

    private final StoreAddress address;
    private final Place place;
    private final @Nullable Cluster cluster;
    private final OpenOptions opened;
    private final Questions questions;
    private final RedisVersion version;
    private final String runId;
    private final Capabilities capabilities;
    private final Limits limits;
    private final boolean lateExpiry;

    private RedisStore(
            StoreAddress address,
            Place place,
            @Nullable Cluster cluster,
            OpenOptions opened,
            Questions questions,
            StoreDescription is,
            Limits limits,
            boolean lateExpiry) {
        this.limits = limits;
        this.lateExpiry = lateExpiry;
        this.address = address;
        this.place = place;
        this.cluster = cluster;
        this.opened = opened;
        this.questions = questions;
        this.version = RedisVersion.of(is);
        this.runId = runId(is);
        Set<RecordType> types = EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE));
        if (!version.streams()) {
            types.remove(RecordType.STREAM);
        }
        this.capabilities = new Capabilities(
                types,
                true,
                1,
                version.fieldsExpire(),
                Set.of(),
                false,
                MAX_BYTES,
                MAX_BYTES,
                version.dumpName(),
                version.dumpVersion(),
                Capabilities.Changes.LOG,
                false,
                true,
                true);
    }

    static RedisStore open(StoreAddress address, OpenOptions options, Limits limits) throws StoreException {
        // each connection asks anew who is master
        return open(address, () -> Sentinels.server(address, options.timeout()), null, options, limits, false);
    }

    static RedisStore ofCluster(Cluster cluster, HostPort at, OpenOptions options, Limits limits)
            throws StoreException {
        return open(cluster.address(), () -> at, cluster, options, limits, false);
    }

    /** The same database, where expiries of what is written are put off ({@link LateExpiry}). */
    RedisStore withLateExpiry() throws StoreException {
        return open(address, place, cluster, opened, limits, true);
    }

    private static RedisStore open(
            StoreAddress address,
            Place place,
            @Nullable Cluster cluster,
            OpenOptions options,
            Limits limits,
            boolean lateExpiry)
            throws StoreException {
        Questions questions = new Questions(() -> RespConnection.open(address, place.find(), options.timeout()));
        try {
            return new RedisStore(
                    address,
                    place,
                    cluster,
                    options,
                    questions,
                    questions.ask(RedisStore::described),
                    limits,
                    lateExpiry);
        } catch (StoreException e) {
            questions.close();
            throw e;
        }
    }

    private static StoreDescription described(RespConnection connection) throws StoreException {
        StoreDescription is = Description.of(connection.text("INFO"));
        if (is.version().isEmpty()) {
            throw new StoreException(
                    Kind.NONSENSE, connection.at() + " does not say its version in INFO; is it a Redis or Valkey?");
        }
        return is;
    }

    RespConnection connect() throws StoreException {
        return RespConnection.open(address, place.find(), opened.timeout());
    }

    /** What goes where nodes of the cluster send it to; null if it is no cluster. */
    @Nullable
    Detours detours() {
        Cluster of = cluster;
        return of == null ? null : new Detours(of, opened.timeout().toMillis());
    }

    /** What a node of a cluster sees of it. */
    String clusterNodes() throws StoreException {
        return questions.ask(to -> to.text("CLUSTER", "NODES"));
    }

    RedisVersion version() {
        return version;
    }

    /** Of the server when this was opened. */
    String runId() {
        return runId;
    }

    private static String runId(StoreDescription is) {
        return is.details().getOrDefault("runId", UNKNOWN);
    }

    /** Reads what is left of a part: cursors mean nothing to a server that started anew, or took over meanwhile. */
    RedisReader reader(ScanPart part, ReadOptions options) throws StoreException {
        RespConnection own = connect();
        try {
            return new RedisReader(this, own, new ScanKeys(part, runId(described(own))), options);
        } catch (StoreException | RuntimeException e) {
            own.close();
            throw e;
        }
    }

    Limits limits() {
        return limits;
    }

    /** Whether expiries of what is written are put off. */
    boolean lateExpiry() {
        return lateExpiry;
    }

    /** The number of its database. */
    int database() {
        boolean named = !address.path().isEmpty() && !address.scheme().equals(Sentinels.SCHEME);
        return named ? Integer.parseInt(address.path()) : 0;
    }

    OpenOptions opened() {
        return opened;
    }

    @Override
    public StoreDescription describe() throws StoreException {
        return questions.ask(RedisStore::described);
    }

    @Override
    public String identity() {
        return runId.equals(UNKNOWN) || cluster != null ? "" : runId + "/" + database();
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() throws StoreException {
        return questions.ask(to -> {
            long keys = to.ask("DBSIZE").integer();
            String memory = to.ask("INFO", "memory").text();
            long bytes = memory.lines()
                    .filter(l -> l.startsWith("used_memory_dataset:"))
                    .mapToLong(
                            l -> Long.parseLong(l.substring(l.indexOf(':') + 1).strip()))
                    .findFirst()
                    .orElse(-1);
            return new DataSize(keys, bytes, true);
        });
    }

    /** No more parts than there are keys for: between small ones, keys at the bounds would come twice. */
    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        boolean inOrder = cluster == null || !version.cursorsBySlot();
        long most = inOrder ? Math.max(1, size().records() / MIN_PART_KEYS) : 1;
        return ScanKeys.split(runId(describe()), (int) Math.min(wanted, most));
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        return reader(part, options);
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException {
        return new RedisReader(this, connect(), new ListedKeys(keys), options);
    }

    @Override
    public String againstSnapshot() throws StoreException {
        return questions.ask(to -> new SnapshotAdvice(to).against(database()));
    }

    @Override
    public Snapshot snapshot(Path folder, BooleanSupplier stop) throws StoreException {
        return ReceivedSnapshot.begin(this, folder, stop);
    }

    @Override
    public Optional<Snapshot> snapshotAgain(Path folder) {
        return Optional.ofNullable(ReceivedSnapshot.kept(this, folder));
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new RedisWriter(this, options);
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        return questions.ask(to -> {
            long deleted = 0;
            for (int from = 0; from < keys.size(); from += DELETE_KEYS) {
                List<Slice> some = keys.subList(from, Math.min(keys.size(), from + DELETE_KEYS));
                to.out().command(RespConnection.ascii("UNLINK"), some.size());
                for (Slice key : some) {
                    to.out().arg(key);
                }
                to.out().flush();
                deleted += to.in().integer();
            }
            return deleted;
        });
    }

    @Override
    public ChangeFeed changes(FeedOptions options) {
        return new RedisFeed(this, options);
    }

    /** From 7.0 on logs have instants for expiries, and effects of scripts; a target that is older may not know a command. */
    @Override
    public Optional<Replay> replayOf(DataStore source, FeedOptions options) {
        return source instanceof RedisStore from
                        && from.cluster == null
                        && cluster == null
                        && from.version.seven()
                        && version.seven()
                        && capabilities.takesOpaqueOf(from.capabilities)
                ? Optional.of(new RedisReplay(from, this, options))
                : Optional.empty();
    }

    @Override
    public boolean endReplay(String name) throws StoreException {
        if (cluster != null) {
            return false;
        }
        try (RespConnection own = connect()) {
            Marker there = Marker.read(own);
            if (there == null || !there.task().equals(name)) {
                return false;
            }
            Marker.remove(own);
            return true;
        }
    }

    @Override
    public List<String> followingAdvice(FeedOptions options) throws StoreException {
        try (RespConnection asking = connect()) {
            return new FollowingAdvice(asking).look(options, version);
        }
    }

    @Override
    public void close() throws StoreException {
        questions.close();
    }
}
