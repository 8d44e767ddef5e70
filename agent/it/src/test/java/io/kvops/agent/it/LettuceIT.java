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

@DisplayName("Lettuce: each command is one record, timed to its completion")
class LettuceIT {
    @TempDir
    static Path redisFolder;

    @TempDir
    Path folder;

    private static RedisProcess redis;
    private static SlowProxy slow;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start(redisFolder);
        slow = new SlowProxy(redis.port(), 20);
    }

    @AfterAll
    static void stop() throws Exception {
        slow.close();
        redis.close();
    }

    static Stream<String> versions() {
        return Stream.of("6.0.0.RELEASE", "6.8.2.RELEASE", "7.0.0.RELEASE", System.getProperty("it.lettuce.newest"));
    }

    static Stream<String> oldestAndNewest() {
        return Stream.of("6.0.0.RELEASE", System.getProperty("it.lettuce.newest"));
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
        String netty = version.startsWith("6") || version.startsWith("7.0") ? "lettuce-netty41" : "lettuce-netty42";
        Scenario scenario = Scenario.compile("LettuceScenario", folder, netty, "lettuce-" + version);
        List<Recorded> all = scenario.run(java, redis.port(), slow.port());
        Recorded.assertSame(
                all,
                "lettuce.txt",
                text -> text.replace(":" + redis.port() + "/", ":PORT/").replace(":" + slow.port() + "/", ":SLOW/"));
        assertThat(all.stream().filter(r -> r.internal() && r.step().equals("database")))
                .as("the handshake")
                .extracting(Recorded::op)
                .containsAnyOf("HELLO", "PING")
                .contains("SELECT");
        for (String step : List.of("slow sync", "slow async", "slow reactive")) {
            assertThat(Recorded.medianMillis(all, step, "GET")).as(step).isGreaterThanOrEqualTo(20.0);
        }
    }
}
