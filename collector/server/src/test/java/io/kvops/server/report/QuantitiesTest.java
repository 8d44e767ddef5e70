package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
    private static String plain(String text) {
        return text.replace('\u202f', ' ');
    }

    @ParameterizedTest
    @CsvSource({
        "0, –",
        "1, 1 ns",
        "999, 999 ns",
        "1000, 1.00 µs",
        "1240000, 1.24 ms",
        "9994999, 9.99 ms",
        "9995000, 10.0 ms",
        "99949999, 99.9 ms",
        "99950000, 100 ms",
        "999499999, 999 ms",
        "999500000, 1.00 s",
        "61000000000, 61.0 s",
        "4000000000000, 4000 s"
    })
    void nanos_hasThreeDigits(long nanos, String expected) {
        assertThat(plain(Quantities.nanos(nanos))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 /s",
        "0.001, <0.01 /s",
        "0.25, 0.25 /s",
        "12, 12 /s",
        "12.345, 12.3 /s",
        "12345, 12.3 k/s",
        "999499, 999 k/s",
        "999500, 1.00 M/s"
    })
    void rate_hasThreeDigits(double perSecond, String expected) {
        assertThat(plain(Quantities.rate(perSecond))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "9999, 9 999", "10000, 10.0 k", "123456789, 123 M", "9223372036854775807, 9.22 E"})
    void count_isExactWhileShort(long n, String expected) {
        assertThat(plain(Quantities.count(n))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.00 KiB", "1048576, 1.00 MiB", "1500000, 1.43 MiB"})
    void bytes_areBinary(long n, String expected) {
        assertThat(plain(Quantities.bytes(n))).isEqualTo(expected);
    }

    @Test
    void seconds_percent_exact_at() {
        assertThat(plain(Quantities.seconds(42))).isEqualTo("42.0 s");
        assertThat(plain(Quantities.seconds(725))).isEqualTo("12 min 5 s");
        assertThat(plain(Quantities.seconds(10_920))).isEqualTo("3 h 2 min");
        assertThat(plain(Quantities.percent(0.0432))).isEqualTo("4.3 %");
        assertThat(plain(Quantities.percent(0.0001))).isEqualTo("<0.05 %");
        assertThat(plain(Quantities.percent(1))).isEqualTo("100 %");
        assertThat(plain(Quantities.exact(1_234_567L))).isEqualTo("1 234 567");
        assertThat(plain(Quantities.exact(1_234.5678))).isEqualTo("1 234.57");
        assertThat(Quantities.at(Instant.parse("2026-01-31T12:00:00.999Z"))).isEqualTo("2026-01-31 12:00:00");
    }
}
