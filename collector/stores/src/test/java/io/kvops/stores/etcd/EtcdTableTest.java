package io.kvops.stores.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EtcdTableTest {
    @Test
    @DisplayName("README.md names every gauge of etcd, and the metric that it is")
    void readme_namesEveryGauge() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (EtcdGauges.Field field : EtcdGauges.FIELDS) {
            assertThat(readme).contains("`" + field.gauge() + "`").contains("`" + field.metric() + "`");
        }
    }
}
