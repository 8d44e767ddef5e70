package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GaugeTableTest {
    @Test
    @DisplayName("README.md names every gauge of Redis, and the field that it is")
    void readme_namesEveryGauge() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (InfoGauges.Field field : InfoGauges.FIELDS) {
            assertThat(readme).contains("`" + field.gauge() + "`").contains("`" + field.name() + "`");
        }
        MemoryStats.FIELDS.forEach(
                (field, gauge) -> assertThat(readme).contains("`" + gauge + "`").contains("`" + field + "`"));
    }
}
