package io.kvops.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "90s, PT90S",
        "15m, PT15M",
        "15min, PT15M",
        "1h, PT1H",
        "7d, PT168H",
        "1.5h, PT1H30M",
        "PT1H30M, PT1H30M",
        "pt10s, PT10S",
        "1us, PT0.000001S",
        "0s, PT0S",
        "' 5 s ', PT5S",
        "1H, PT1H"
    })
    void duration_asPeopleWriteIt_isRead(String text, Duration expected) {
        assertThat(Amounts.duration(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "5",
                "-1s",
                "1y",
                "s",
                "1 h 5 m",
                "PT-1H",
                "PT9223372036854775807S",
                "P",
                "999999999999999d",
                "1e3s",
                "0x10s",
                "NaNs",
                "1.0000000001s",
                "1s;drop"
            })
    void duration_thatIsNone_isEmpty(String text) {
        assertThat(Amounts.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "64KiB, 65536", "4MiB, 4194304", "1gib, 1073741824", "0.5KiB, 512", "7B, 7", "0, 0"})
    void bytes_asPeopleWriteThem_areRead(String text, long expected) {
        assertThat(Amounts.bytes(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1KB", "4 M", "0.3B", "999999999TiB"})
    void bytes_thatAreNone_areEmpty(String text) {
        assertThat(Amounts.bytes(text)).isEmpty();
    }

    @Test
    void text_ofAnyDuration_isReadBackAsTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Duration duration = Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 50)));
            assertThat(Amounts.duration(Amounts.text(duration)))
                    .as("seed %d", seed)
                    .contains(duration);
        }
    }
}
