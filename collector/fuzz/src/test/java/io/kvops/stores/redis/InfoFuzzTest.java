package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.stores.Reading;
import io.kvops.stores.Readings;

/** Whatever a server answers to INFO and CLIENT LIST becomes finite, bounded values, or nothing. */
class InfoFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void put(FuzzedDataProvider data) {
        boolean clients = data.consumeBoolean();
        String text = data.consumeRemainingAsString();
        Reading reading = Readings.empty();
        if (clients) {
            ClientList.put(text, reading);
        } else {
            Info info = Info.of(text);
            InfoGauges.put(info, reading);
            Replication.put(info, reading);
            assertThat(Replication.role(info)).isIn("", "master", "replica");
        }
        assertThat(reading.values()).hasSizeLessThanOrEqualTo(Reading.MAX_VALUES);
        assertThat(reading.values().values()).allMatch(Double::isFinite);
        assertThat(Readings.problem(reading)).doesNotContain("\n");
    }
}
