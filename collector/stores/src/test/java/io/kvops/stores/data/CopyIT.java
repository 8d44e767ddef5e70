package io.kvops.stores.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md. */
class CopyIT {
    @TempDir
    Path dir;

    @Test
    void example_runs() throws Exception {
        try (ServerProcess redis = ServerProcess.redis(dir)) {
            int port = redis.port();
            redis.cli("SET", "a", "text");
            redis.cli("HSET", "b", "field", "value");
            redis.cli("SET", "c", "text", "PXAT", "4102444800000");
            WriteCounts counts = copy("redis://127.0.0.1:" + port, "rocksdb:" + dir.resolve("copy"));
            assertThat(counts.written()).isEqualTo(3);
            assertThat(counts.records() + counts.reduced()).isEqualTo(3);
            redis.cli("FLUSHALL");
            assertThat(copy("rocksdb:" + dir.resolve("copy"), "redis://127.0.0.1:" + port)
                            .written())
                    .isEqualTo(3);
            assertThat(redis.cli("HGET", "b", "field").strip()).isEqualTo("value");
            assertThat(redis.cli("PEXPIRETIME", "c").strip()).isEqualTo("4102444800000");
        }
    }

    private static WriteCounts copy(String from, String to) throws Exception {
        DataStores stores = DataStores.load();
        try (DataStore source = stores.open(StoreAddress.parse(from), OpenOptions.toRead());
                DataStore target = stores.open(StoreAddress.parse(to), OpenOptions.toWrite());
                RecordWriter writer = target.writer(WriteOptions.REPLACE.with(Loss.ENCODE))) {
            for (ScanPart part : source.split(4)) {
                try (RecordReader reader = source.scan(part, ReadOptions.ALL)) {
                    while (reader.next(writer)) {}
                }
            }
            writer.flush();
            return writer.counts();
        }
    }
}
