package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:10:00Z");
    private static final Labels REDIS = Labels.of("kind", "redis", "subject", "a");

    private static Optional<Boolean> test(String text) throws RulesException {
        Expression expression = Expression.of(text);
        Samples samples = new Samples(Duration.ofMinutes(5), 100);
        samples.want(List.of(expression));
        samples.add("memory.used.bytes", REDIS, AT, 90);
        samples.add("memory.limit.bytes", REDIS, AT, 100);
        samples.add("network.in.bytes.total", REDIS, AT, 5);
        for (int i = 0; i <= 10; i++) {
            samples.add("errors.count.total", REDIS, AT.minusSeconds(60 * (10 - i)), i * 60.0);
        }
        samples.add("keys.count", Labels.of("kind", "redis", "subject", "other"), AT, 5);
        samples.add("uptime.seconds", REDIS, AT.minusSeconds(300), 5);
        return expression.test(
                samples, REDIS, AT, (metric, labels, limit, within, confidence, at) -> Optional.of(limit == 95));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            memory.used.bytes / memory.limit.bytes >= 0.9;                                true
            memory_used_bytes * 100 / memory_limit_bytes > 90;                            false
            memory.used.bytes > 89 && labels.kind == 'redis';                             true
            memory.used.bytes > 89 && labels.kind == 'host';                              false
            labels.kind.startsWith('red') && memory.used.bytes > 1;                       true
            memory.used.bytes > 1 && has(labels.team);                                    false
            labels.kind in ['redis', 'etcd'] && memory.used.bytes > 1;                    true
            metric('network.in.bytes.total') == 5;                                        true
            rate(errors.count.total, '5m') > 0.99 && rate(errors.count.total, '5m') < 1.01; true
            increase('errors.count.total', '5m') > 299;                                   true
            max_over_time(errors_count_total, '5m') == 600 && min_over_time(errors.count.total, '5m') == 360; true
            count_over_time(errors_count_total, '5m') == 5;                               true
            avg_over_time(errors_count_total, '5m') == 480;                               true
            reaches(memory.used.bytes, 0.95 * memory.limit.bytes, '14d', 0.9);            true
            reaches(memory.used.bytes, memory.limit.bytes, '14d', 0.9);                   false
            reaches(memory.used.bytes, 95, '14d', 0.9) && memory.used.bytes > 1;          true
            keys.count > 1;                                                               none
            uptime.seconds > 1;                                                           none
            keys.count > 1 || memory.used.bytes > 1;                                      true
            keys.count > 1 && memory.used.bytes > 1;                                      none
            keys.count > 1 && memory.used.bytes > 1000;                                   false
            memory.used.bytes > 1 && labels.team == 'web';                                none
            rate(keys.count, '5m') > 0;                                                   none
            """)
    void says(String text, String expected) throws Exception {
        assertThat(test(text).map(String::valueOf).orElse("none")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            memory.used.bytes >;                     column 20
            memory.used.bytes + 1;                   expected true or false
            memory.used.bytes > 'much';              no matching overload
            1 > 2;                                   names no metric
            rate(memory.used.bytes, 5) > 1;          expected a duration in quotes
            rate(memory.used.bytes, '5y') > 1;       expected a duration as
            rate(memory.used.bytes, '25h') > 1;      at most a day
            rate(memory.used.bytes) > 1;             expected rate(METRIC, '5m')
            rate(1 + 1, '5m') > 1;                   expected the name of a metric
            reaches(a.bytes, b + c, '14d', 0.9);     the limit being
            reaches(a.bytes, b, '14d', 1.9);         a confidence above 0, below 1
            nothing(memory.used.bytes) > 1;          undeclared reference to 'nothing'
            [1, 2].exists(x, x > 1);                 undeclared reference to 'exists'
            """)
    void refuses(String text, String expected) {
        assertThatThrownBy(() -> Expression.of(text))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void measured_isTheLeftSideOfTheFirstComparison() throws Exception {
        Expression expression = Expression.of("labels.kind == 'redis' && memory.used.bytes / memory.limit.bytes > 0.5");
        assertThat(expression.measured(REDIS, new double[] {90, 100})).isEqualTo(0.9);
        assertThat(expression.metrics()).containsExactly("memory_limit_bytes", "memory_used_bytes");
    }
}
