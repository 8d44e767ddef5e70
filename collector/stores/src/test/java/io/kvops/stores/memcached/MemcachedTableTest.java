package io.kvops.stores.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemcachedTableTest {
    @Test
    @DisplayName("README.md names every gauge of memcached, and the statistic that it is")
    void readme_namesEveryGauge() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (MemcachedConnection.Field field : MemcachedConnection.FIELDS) {
            assertThat(readme).contains("`" + field.gauge() + "`").contains("`" + field.stat() + "`");
        }
    }
}
