package io.kvops.stores.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.stores.Reading;
import io.kvops.stores.Readings;

/** Whatever an endpoint says is read or counted as unreadable, and each sample has a name that a reading takes. */
class PrometheusTextFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void parse(FuzzedDataProvider data) {
        PrometheusText text = PrometheusText.parse(data.consumeRemainingAsString());
        Reading reading = Readings.empty();
        for (PrometheusText.Sample sample : text.samples()) {
            boolean counter = text.type(sample.name()).equals("counter");
            String gauge = GaugeNames.of(sample.name(), counter, sample.labels());
            reading.put(gauge, sample.value());
            assertThat(GaugeNames.of(sample.name(), counter, sample.labels())).isEqualTo(gauge);
            text.sum(sample.name());
        }
        assertThat(text.samples()).hasSizeLessThanOrEqualTo(PrometheusText.MAX_SAMPLES);
        assertThat(reading.values().values()).allMatch(Double::isFinite);
        assertThat(Readings.problem(reading)).doesNotContain("\n");
    }
}
