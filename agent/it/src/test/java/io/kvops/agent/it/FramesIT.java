package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.it.support.FakeCollector;
import io.kvops.agent.it.support.Jdks;
import io.kvops.op.OpClass;
import io.kvops.wire.SeriesDelta;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("From a client's call to the collector's frames: nothing lost, nothing twice")
class FramesIT {
    @TempDir
    Path redisFolder;

    @TempDir
    Path folder;

    @Test
    void scenarios_arrive_as_expected_by_op() throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                RedisProcess redis = RedisProcess.start(redisFolder);
                SlowProxy slow = new SlowProxy(redis.port(), 20);
                SlowProxy mute = new SlowProxy(redis.port(), -1)) {
            Scenario.compile("JedisScenario", folder, "jedis-common", "jedis-" + System.getProperty("it.jedis.newest"))
                    .report(Jdks.current(), collector.address(), redis.port(), slow.port(), mute.port());
            Map<String, Long> expected = Recorded.expectedByOp("jedis.txt", "redis");
            assertThat(collector.counts()).containsExactlyInAnyOrderEntriesOf(expected);
            assertThat(collector.problems()).isEmpty();
            assertThat(collector.dropped().keySet())
                    .allMatch(reason -> reason.toLowerCase(Locale.ROOT).contains("slow"));

            SeriesDelta get = null;
            long misses = 0;
            for (SeriesDelta series : collector.series()) {
                if (series.key().op().equals("GET") && !series.key().internal()) {
                    get = series;
                    misses += series.misses();
                }
                if (series.key().op().equals("XREAD BLOCK") || series.key().op().equals("BLPOP")) {
                    assertThat(series.key().opClass()).isEqualTo(OpClass.BLOCKING);
                }
            }
            assertThat(get).isNotNull();
            assertThat(get.key().opClass()).isEqualTo(OpClass.READ);
            assertThat(misses).isEqualTo(Recorded.expectedMisses("jedis.txt", "GET"));
            assertThat(collector.series()).extracting(s -> s.key().pattern()).contains("user:{n}", "cart:{n}");
        }
    }
}
