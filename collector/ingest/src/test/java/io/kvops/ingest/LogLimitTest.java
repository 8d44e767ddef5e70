package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class LogLimitTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LogLimit log = new LogLimit(NOPLogger.NOP_LOGGER, nanos::get);

    @Test
    void oneLineASecondOfAKind_countsTheRest() {
        assertThat(log.text("a", "x")).isEqualTo("x");
        assertThat(log.text("b", "y")).isEqualTo("y");
        assertThat(log.text("a", "x")).isEmpty();
        assertThat(log.text("a", "x")).isEmpty();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(log.text("a", "z")).isEqualTo("z (and 2 more like this)");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(log.text("a", "z")).isEqualTo("z");
    }

    @Test
    void strangersCannotForgeLines() {
        assertThat(LogLimit.clean("a\r\nb\u001b[0m\u2028c")).isEqualTo("a??b?[0m?c");
        assertThat(LogLimit.clean("x".repeat(10_000))).hasSize(400);
    }
}
