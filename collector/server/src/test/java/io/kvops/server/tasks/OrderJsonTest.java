package io.kvops.server.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.migration.Action;
import io.kvops.migration.Conflict;
import io.kvops.migration.CutOver;
import io.kvops.migration.FileOptions;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.Pace;
import io.kvops.migration.Reading;
import io.kvops.migration.SyncJob;
import io.kvops.migration.filter.Filter;
import io.kvops.migration.filter.Range;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.WriteOptions.Loss;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static MigrationJob job(Random random, Action action) {
        Set<RecordType> types = EnumSet.noneOf(RecordType.class);
        for (RecordType type : List.of(RecordType.STRING, RecordType.HASH, RecordType.ZSET)) {
            if (random.nextBoolean()) {
                types.add(type);
            }
        }
        Filter filter = new Filter(
                random.nextBoolean() ? List.of() : List.of("a*", "b,*"),
                random.nextBoolean() ? "" : "^a.b$",
                types,
                random.nextBoolean() ? "" : "60..",
                new Range(random.nextInt(9), Long.MAX_VALUE - random.nextInt(2)),
                random.nextBoolean() ? 1 : 0.25,
                random.nextBoolean() ? "" : "ttl > 60.0");
        boolean sync = action == Action.SYNC;
        return MigrationJob.of(action, "redis://h:1/0", "redis://h:2/0")
                .with(filter)
                .withTransforms(random.nextBoolean() ? List.of() : List.of("ttl:none", "drop:x"))
                .withConflict(sync ? Conflict.OVERWRITE : any(random, Conflict.values()), !sync && random.nextBoolean())
                .with(any(random, Loss.values()))
                .with(new Pace(
                        1 + random.nextInt(9),
                        1 + random.nextInt(64),
                        random.nextInt(3),
                        random.nextInt(3),
                        2,
                        9,
                        any(random, Reading.values())))
                .withVerify(
                        action == Action.VERIFY || random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean() ? "" : "r.jsonl")
                .with(FileOptions.DEFAULT.withParts(1 + random.nextInt(3)).withSkipDamaged(random.nextBoolean()));
    }

    @Test
    void everyOrder_comesBackAsItWas() {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("-Dkvops.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Action action = any(random, new Action[] {Action.MIGRATE, Action.VERIFY, Action.SYNC});
            MigrationJob job = job(random, action);
            SyncJob live = action == Action.SYNC
                    ? SyncJob.of(job.source(), job.target())
                            .with(job)
                            .with(any(random, CutOver.values()), random.nextInt(5), random.nextInt(5))
                            .withEvery(random.nextInt(3))
                    : null;
            Order order = new Order(job, live);
            assertThat(OrderJson.read(OrderJson.write(order, job.source(), job.target())))
                    .as("seed %s, order %s", seed, i)
                    .isEqualTo(order);
        }
    }

    @Test
    void usualOrder_saysNoMoreThanItHasTo() {
        MigrationJob job = MigrationJob.of(Action.EXPORT, "redis://h:1/0", "/tmp/a.kvb");
        assertThat(OrderJson.write(new Order(job, null), "redis://h:1/0", "a.kvb"))
                .hasToString("{\"kind\":\"export\",\"source\":\"redis://h:1/0\",\"target\":\"a.kvb\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {};                                              kind: expected a text
            {"kind":"copy"};                                 kind: copy (expected one of migrate, export, import, sync, verify)
            {"kind":"migrate","source":"redis://h:1"};       target: expected a text
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","batch":"9"};      batch: expected a whole number
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","batch":4294967297}; batch: expected a whole number
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","batch":0};        batch: 0 (expected 1..1000000)
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","match":"a"};      match: expected a list of texts
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","onLoss":"cry"};   onLoss: cry (expected one of fail
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","reading":"x"};    reading: x (expected one of auto, keys, snapshot)
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","cutOver":"auto"}; cutOver: goes with kind sync alone
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:1"};                  is the source
            {"kind":"migrate","source":"redis://h:1","target":"redis://h:2","verify":1};       verify: expected true or false
            {"kind":"export","source":"redis://h:1","target":"a.kvb","compress":"rar"};        compression: rar
            """)
    void wrongOrder_isRefused_sayingWhatIsExpected(String json, String expected) throws Exception {
        ObjectNode order = (ObjectNode) JSON.readTree(json);
        assertThatThrownBy(() -> OrderJson.read(order))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
