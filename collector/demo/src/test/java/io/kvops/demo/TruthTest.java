package io.kvops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthTest {
    private final Truth truth = new Truth();

    @Test
    void toJson_afterOkAndFailedCalls_countsEachOnce() throws Exception {
        assertThat(truth.redis("GET", () -> "value")).isEqualTo("value");
        assertThatThrownBy(() -> truth.redis("GET", () -> {
                    throw new IllegalStateException("WRONGTYPE");
                }))
                .hasMessage("WRONGTYPE");
        truth.rocksdbDo("PUT", () -> {});
        truth.rocksdb("GET", () -> 1);
        truth.redis("INCR", 20);

        assertThat(truth.toJson())
                .isEqualTo("{\"ops\": 24, \"byStoreOp\": {\"redis/GET\": 2, \"redis/INCR\": 20, \"rocksdb/GET\": 1,"
                        + " \"rocksdb/PUT\": 1}}\n");
    }

    @Test
    void writeTo_existingFile_replacesItAndLeavesNothingElse(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("new/truth.json");
        truth.writeTo(file);
        truth.redis("GET", 1);
        truth.writeTo(file);

        assertThat(file).hasContent(truth.toJson());
        try (var files = Files.list(folder.resolve("new"))) {
            assertThat(files).containsExactly(file);
        }
    }
}
