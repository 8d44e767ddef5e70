package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.migration.filter.Filter;
import io.kvops.migration.filter.Glob;
import io.kvops.migration.filter.Range;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.stores.data.memory.MemoryStores;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationUnitsTest {
    @ParameterizedTest
    @CsvSource({
        "*,'',true",
        "'','',true",
        "'',a,false",
        "a*c,abbc,true",
        "a*c,abcb,false",
        "a?c,abc,true",
        "a?c,ac,false",
        "*a*b*,xxaxxbxx,true",
        "*a*b*,xxbxxaxx,false",
        "[a-c]x,bx,true",
        "[c-a]x,bx,true",
        "[^a-c]x,bx,false",
        "[^a-c]x,dx,true",
        "[]x,x,false",
        "a\\*,a*,true",
        "a\\*,ab,false",
        "[a\\]]x,]x,true",
        "a\\,a\\,true",
        "[abc,b,true"
    })
    void glob_isThatOfRedis(String pattern, String text, boolean expected) {
        assertThat(new Glob(pattern).matches(Slice.of(text))).isEqualTo(expected);
    }

    @Test
    void glob_ofManyStars_isNoTrap() {
        assertThat(new Glob("*a".repeat(200) + "b").matches(Slice.of("a".repeat(20_000))))
                .isFalse();
    }

    @Test
    void range_isReadAsItIsWritten() {
        assertThat(Range.parse("1k..2M")).isEqualTo(new Range(1024, 2 << 20));
        assertThat(Range.parse("..5")).isEqualTo(new Range(0, 5));
        assertThat(Range.parse("5..").has(Long.MAX_VALUE)).isTrue();
        assertThat(Range.parse(Range.ALL.toString())).isEqualTo(Range.ALL);
        assertThat(Range.parse(new Range(3, 7).toString())).isEqualTo(new Range(3, 7));
        assertThatThrownBy(() -> Range.parse("x..")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> Range.number("99999999999g")).hasMessageContaining("whole number");
    }

    @Test
    void job_isReadAsItWasWritten() {
        Filter filter = new Filter(
                List.of("a,b*", "c"),
                "x|y",
                Set.of(RecordType.SET, RecordType.HASH),
                "5..9",
                new Range(1, 2),
                0.25,
                "size > 3");
        MigrationJob job = new MigrationJob(
                Action.VERIFY,
                "mem:a",
                "mem:b",
                filter,
                List.of("ttl:none", "rename:/a/b/"),
                Conflict.NEWER,
                true,
                Loss.ENCODE,
                new Pace(1, 2, 3, 4, 5, 6, Reading.SNAPSHOT),
                true,
                true,
                "report",
                new FileOptions("csv", "zstd", 3, 4, true));
        assertThat(MigrationJob.of(job.toMap())).isEqualTo(job);
        assertThat(job.title()).isEqualTo("verify mem:a to mem:b");
    }

    @Test
    void checkpoint_isReadAsItWasWritten() throws Exception {
        Tally tally = Tally.one(Tally.Of.WRITTEN, 5).plus(Tally.Of.SAME, 7);
        JobState state = new JobState(
                JobState.Phase.BACKWARD,
                5,
                6,
                tally,
                List.of(new PartState("after:00", false, tally, "kept"), new PartState("", true, Tally.NONE, "")));
        JobState read = JobState.decode(state.encode());
        assertThat(new String(read.encode(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(new String(state.encode(), java.nio.charset.StandardCharsets.UTF_8));
        assertThat(read.tally().get(Tally.Of.WRITTEN)).isEqualTo(10);
        assertThat(read.parts().get(0).rest()).isEqualTo("after:00");
        assertThatThrownBy(() -> JobState.decode(new byte[] {'x'})).hasMessageContaining("can't be understood");
    }

    @Test
    void rateLimit_spreadsWhatIsTaken() {
        long[] now = {0};
        RateLimit limit = new RateLimit(1_000, () -> now[0]);
        long last = 0;
        for (int i = 0; i < 1_001; i++) {
            last = limit.reserve(1);
        }
        assertThat(last).isBetween(899_000_000L, 1_000_000_000L);
        assertThat(new RateLimit(0, () -> 5).reserve(1 << 30)).isEqualTo(5);
    }

    @Test
    void failuresHoursApart_areEachTriedAgain_thoughNothingCameBetween() {
        long[] now = {0};
        PartState idle = PartState.begin("");
        Retry retry = new Retry(10, () -> now[0] += 10_000_000, idle);
        StoreException gone = new StoreException(StoreException.Kind.UNREACHABLE, "gone");
        for (int outage = 0; outage < 3; outage++) {
            assertThat(retry.again(gone, idle, () -> false)).isTrue();
            retry.works();
            now[0] += 3_600_000_000_000L;
        }
        assertThat(retry.again(gone, idle, () -> false)).isTrue();
        now[0] += 11_000_000_000L;
        assertThat(retry.again(gone, idle, () -> false)).isFalse();
    }

    @Test
    void slowSource_halvesTheRate_andGetsItBack() throws Exception {
        RateLimit limit = new RateLimit(0, () -> 0);
        try (var store = Samples.open(DataStores.of(List.of(new MemoryStores())), "mem:x")) {
            SourceCare care = new SourceCare(store, Pace.DEFAULT.withLimits(0, 0, 10), limit, () -> 0);
            care.adapt(11, 8_000);
            assertThat(limit.perSecond()).isEqualTo(4_000);
            care.adapt(11, 4_000);
            assertThat(limit.perSecond()).isEqualTo(2_000);
            care.adapt(3, 2_000);
            assertThat(limit.perSecond()).isEqualTo(2_500);
            for (int i = 0; i < 20; i++) {
                care.adapt(3, 2_000);
            }
            assertThat(limit.perSecond()).isZero();
        }
    }

    @Test
    void keySet_knowsWhatWasAdded_untilItIsFull() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> added = new HashSet<>(List.of(0L));
        KeySet keys = new KeySet(100_000);
        keys.add(0);
        for (int i = 0; i < 50_000; i++) {
            long hash = random.nextLong() & (i % 2 == 0 ? -1L : 0xffff);
            added.add(hash);
            keys.add(hash);
        }
        assertThat(added).as("seed %s", seed).allMatch(keys::has);
        for (long i = 70_000; i < 80_000; i++) {
            assertThat(keys.has(i)).as("seed %s", seed).isEqualTo(added.contains(i));
        }
        KeySet small = new KeySet(2);
        small.add(1);
        small.add(2);
        assertThat(small.complete()).isTrue();
        small.add(3);
        assertThat(small.complete()).isFalse();
    }
}
