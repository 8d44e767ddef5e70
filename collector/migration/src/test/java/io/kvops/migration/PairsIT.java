package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.LossReport;
import io.kvops.stores.data.LossReport.Line;
import io.kvops.stores.data.LossReport.Then;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each store to each other: what both can hold arrives as it was, the loss report names the rest before anything is written. The short
 * form takes a third of the pairs, which third by the seed, with each store as a source and as a target; the long form takes all.
 */
class PairsIT {
    private static final List<String> KINDS =
            List.of("redis", "redis-cluster", "rocksdb", "lmdb", "mvstore", "etcd", "memcached", "mem");
    private static final List<String> COUNTING = List.of("etcd", "memcached");
    private static final int RECORDS = 60;
    private static final int THIRDS = Boolean.getBoolean("kvops.proof") ? 1 : 3;
    private static final long SEED = Long.getLong("kvops.seed", System.nanoTime());
    /** Late in 2037, which is as far as memcached counts. */
    private static final long EXPIRY = 2_140_000_000_000L;
    /** Where stores count what is left, in seconds of clocks of their own. */
    private static final long TOLERATED_MILLIS = 120_000;

    @TempDir
    private static Path folder;

    private static final DataStores STORES = DataStores.load();
    private static final Map<String, Map<String, WholeRecord>> FILLED = new HashMap<>();
    private static Servers servers;
    private static MigrationConfig config;
    private static DataMigrationManager manager;

    @BeforeAll
    static void open() throws Exception {
        System.out.println("PairsIT: -Dkvops.seed=" + SEED);
        servers = new Servers(folder);
        config = MigrationConfig.of(TasksConfig.in(folder.resolve("tasks")), STORES);
        manager = DataMigrationManager.open(config);
    }

    @AfterAll
    static void close() {
        manager.close();
        servers.close();
    }

    static Stream<Arguments> pairs() {
        List<String> sources = Stream.concat(KINDS.stream(), Stream.of("rdb")).toList();
        return IntStream.range(0, sources.size() * KINDS.size())
                .filter(at -> Math.floorMod(at / KINDS.size() + at % KINDS.size() + SEED, THIRDS) == 0)
                .mapToObj(at -> Arguments.of(sources.get(at / KINDS.size()), KINDS.get(at % KINDS.size())));
    }

    private static String address(String kind, String role) throws Exception {
        return switch (kind) {
            case "redis" -> "redis://127.0.0.1:" + servers.redis("redis") + (role.equals("source") ? "/0" : "/1");
            case "redis-cluster" -> "redis-cluster://127.0.0.1:" + servers.cluster("cluster-" + role);
            case "etcd" -> "etcd://127.0.0.1:" + servers.etcd("etcd") + "/" + role + "/";
            case "memcached" -> "memcached://127.0.0.1:" + servers.memcached("memcached-" + role);
            case "rdb" -> "rdb:" + servers.folder("redis").resolve("dump.rdb") + "?db=0";
            case "mem" -> "mem:" + role;
            default -> kind + ":" + folder.resolve(kind + "-" + role);
        };
    }

    /** What a source has, which it is given once. */
    private static Map<String, WholeRecord> filled(String kind) throws Exception {
        Map<String, WholeRecord> records = FILLED.get(kind);
        if (records == null && kind.equals("rdb")) {
            records = filled("redis");
            assertThat(Servers.say(servers.redis("redis"), "SAVE")).startsWith("+OK");
        } else if (records == null) {
            String address = address(kind, "source");
            Samples.put(STORES, address, records(address));
            records = Samples.all(STORES, address);
            assertThat(records).hasSize(RECORDS);
        }
        FILLED.put(kind, records);
        return records;
    }

    private static List<WholeRecord> records(String address) throws Exception {
        Random random = new Random(SEED);
        Capabilities can;
        try (DataStore store = Samples.open(STORES, address)) {
            can = store.capabilities();
        }
        List<WholeRecord> records = new ArrayList<>();
        for (int at = random.nextInt(1 << 20); records.size() < RECORDS; at++) {
            WholeRecord sample = Samples.record(at);
            RecordHeader header = sample.header();
            if (can.types().contains(header.type())) {
                boolean expires = header.expires() && can.expiry();
                Map<String, String> flags =
                        can.metadata().contains("flags") && at % 2 == 0 ? Map.of("flags", "7") : Map.of();
                records.add(WholeRecord.of(
                        new RecordHeader(header.key(), header.type(), expires ? EXPIRY + at : -1, flags),
                        sample.elements()));
            }
        }
        return records;
    }

    private static void empty(String address) throws Exception {
        List<Slice> keys = Samples.all(STORES, address).values().stream()
                .map(WholeRecord::key)
                .toList();
        try (DataStore store = Samples.open(STORES, address)) {
            store.delete(keys);
        }
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void whatBothCanHoldArrives_andTheLossReportNamesTheRest(String from, String to) throws Exception {
        Map<String, WholeRecord> source = filled(from);
        String target = address(to, "target");
        empty(target);
        MigrationJob copy = MigrationJob.of(Action.MIGRATE, address(from, "source"), target);
        Capabilities had;
        Capabilities can;
        boolean readToBeKnown;
        try (DataStore one = STORES.open(StoreAddress.parse(copy.source()), OpenOptions.toRead());
                DataStore other = Samples.open(STORES, target)) {
            had = one.capabilities();
            readToBeKnown = !one.readsByKey();
            can = other.capabilities();
        }
        LossReport loss =
                DataMigrationManager.dryRun(config, copy.with(Loss.SKIP)).loss();
        assertThat(loss.lines()).as("seed " + SEED).containsAll(losses(had, can, !readToBeKnown));
        if (!readToBeKnown) {
            assertThat(loss).isEqualTo(LossReport.of(had, can, Loss.SKIP));
        }

        Map<String, String> result = run(copy.with(Loss.SKIP));
        Map<String, WholeRecord> held = new HashMap<>(source);
        held.values().removeIf(record -> !can.types().contains(record.header().type()));
        assertThat(result)
                .as("seed " + SEED)
                .containsEntry("written", Integer.toString(held.size()))
                .containsEntry("failed", Integer.toString(source.size() - held.size()));
        // where they are told as what is left, in seconds, expiries are as old as the answers: seconds on a busy
        // machine
        boolean exact = !COUNTING.contains(from) && !COUNTING.contains(to);
        long tolerated = exact ? can.expiryMillis() - 1 : TOLERATED_MILLIS;
        assertSame(held, Samples.all(STORES, target), can, tolerated);

        if (can.encodes() || held.size() == source.size()) {
            empty(target);
            Map<String, String> whole = run(copy.with(Loss.ENCODE).withVerify(exact, false, ""));
            assertThat(whole)
                    .as("seed " + SEED)
                    .containsEntry("written", Integer.toString(source.size()))
                    .containsEntry("leftOut", "0");
            if (can.encodes()) {
                assertThat(whole).as("seed " + SEED).containsEntry("reduced", "0");
            }
            if (exact) {
                assertThat(whole).as("seed " + SEED).containsEntry("differences", "0");
            }
            assertSame(source, Samples.all(STORES, target), can.encodes() ? had : can, Math.max(tolerated, 999));
        }
    }

    /**
     * What must be said, at least.
     *
     * @param sizes whether of sizes that the source could have, too
     */
    private static List<Line> losses(Capabilities had, Capabilities can, boolean sizes) {
        List<Line> lines = new ArrayList<>();
        for (RecordType type : new TreeSet<>(had.types())) {
            if (!can.types().contains(type)) {
                lines.add(new Line("type " + type.name().toLowerCase(Locale.ROOT), Then.LEFT_OUT));
            }
        }
        if (had.expiry() && !can.expiry()) {
            lines.add(new Line("expiry", Then.DROPPED));
        }
        if (had.metadata().contains("flags") && !can.metadata().contains("flags")) {
            lines.add(new Line("metadata flags", Then.DROPPED));
        }
        if (sizes && can.maxKeyBytes() < had.maxKeyBytes()) {
            lines.add(new Line("keys over " + can.maxKeyBytes() + " bytes", Then.LEFT_OUT));
        }
        return lines;
    }

    /** Elements, types, expiries, and what is kept of metadata. */
    private static void assertSame(
            Map<String, WholeRecord> written, Map<String, WholeRecord> read, Capabilities kept, long toleratedMillis) {
        assertThat(read.keySet()).as("seed " + SEED).isEqualTo(written.keySet());
        written.forEach((key, want) -> {
            WholeRecord got = read.get(key);
            assertThat(got.header().type()).isEqualTo(want.header().type());
            assertThat(got.elements()).as(key + ", seed " + SEED).isEqualTo(want.elements());
            long expiresAt = kept.expiry() ? want.header().expiresAtMillis() : RecordHeader.NO_EXPIRY;
            assertThat(Math.abs(got.header().expiresAtMillis() - expiresAt))
                    .as(key + ", seed " + SEED)
                    .isLessThanOrEqualTo(toleratedMillis);
            Map<String, String> metadata = new HashMap<>(want.header().metadata());
            metadata.keySet().retainAll(kept.metadata());
            assertThat(got.header().metadata()).as(key).containsAllEntriesOf(metadata);
        });
    }

    private static Map<String, String> run(MigrationJob job) throws Exception {
        String id = manager.submit(job, "test").id();
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        return end.result();
    }
}
