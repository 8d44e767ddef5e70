package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.it.support.Jdks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("RocksDB: each call is one record, whatever its overload")
class RocksDbIT {
    @TempDir
    Path folder;

    static Stream<String> versions() {
        return Stream.of("6.29.5", System.getProperty("it.rocksdb.newest"));
    }

    static Stream<String> oldestAndNewest() {
        return Stream.of("6.29.5", System.getProperty("it.rocksdb.newest"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void each_call_is_recorded_once(String version) throws Exception {
        runs(version, Jdks.current());
    }

    @ParameterizedTest
    @MethodSource("oldestAndNewest")
    void each_call_is_recorded_once_on_jdk_25(String version) throws Exception {
        runs(version, Jdks.jdk25());
    }

    private void runs(String version, Path java) throws Exception {
        Scenario scenario = Scenario.compile("RocksDbScenario", folder, "rocksdb-" + version);
        Path data = Files.createDirectory(folder.resolve("data"));
        List<Recorded> all = scenario.run(java, data);
        Recorded.assertSame(all, "rocksdb.txt", text -> text.replace(data.toString(), "DIR"));
        assertThat(all.stream().filter(r -> r.op().equals("NEXT") && r.latencyNanos() >= 0))
                .as("one NEXT in 16 is timed")
                .hasSizeBetween(200 / 16, 200 / 16 + 1);
    }
}
