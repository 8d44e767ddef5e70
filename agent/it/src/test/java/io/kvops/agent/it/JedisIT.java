package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.it.support.Jdks;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Jedis: each command is one record, timed to its reply")
class JedisIT {
    @TempDir
    static Path redisFolder;

    @TempDir
    Path folder;

    private static RedisProcess redis;
    private static SlowProxy slow;
    private static SlowProxy mute;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start(redisFolder);
        slow = new SlowProxy(redis.port(), 20);
        mute = new SlowProxy(redis.port(), -1);
    }

    @AfterAll
    static void stop() throws Exception {
        mute.close();
        slow.close();
        redis.close();
    }

    static Stream<String> versions() {
        return Stream.of("4.0.0", "5.2.0", "6.2.0", "7.5.3", System.getProperty("it.jedis.newest"));
    }

    static Stream<String> oldestAndNewest() {
        return Stream.of("4.0.0", System.getProperty("it.jedis.newest"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void each_command_is_recorded_once(String version) throws Exception {
        runs(version, Jdks.current());
    }

    @ParameterizedTest
    @MethodSource("oldestAndNewest")
    void each_command_is_recorded_once_on_jdk_25(String version) throws Exception {
        runs(version, Jdks.jdk25());
    }

    private void runs(String version, Path java) throws Exception {
        Scenario scenario = Scenario.compile("JedisScenario", folder, "jedis-common", "jedis-" + version);
        List<Recorded> all = scenario.run(java, redis.port(), slow.port(), mute.port());
        Recorded.assertSame(
                all,
                "jedis.txt",
                text -> text.replace(":" + redis.port() + "/", ":PORT/")
                        .replace(":" + slow.port() + "/", ":SLOW/")
                        .replace(":" + mute.port() + "/", ":MUTE/"));
        assertThat(all.stream().filter(r -> r.internal() && r.step().equals("pool")))
                .extracting(Recorded::op)
                .contains("PING", "SELECT", "POOL_WAIT");
        assertThat(Recorded.medianMillis(all, "slow", "GET")).isGreaterThanOrEqualTo(20.0);
        assertThat(Recorded.medianMillis(all, "slow", "INCR")).isGreaterThanOrEqualTo(20.0);
        assertThat(Recorded.medianMillis(all, "slow transaction", "GET")).isGreaterThanOrEqualTo(20.0);
    }
}
