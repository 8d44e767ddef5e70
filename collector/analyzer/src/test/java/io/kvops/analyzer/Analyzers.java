package io.kvops.analyzer;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Opens analyzers for a test, and closes them after it. */
final class Analyzers implements AfterEachCallback {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    PerformanceAnalyzer open(AnalyzerConfig config, Clock clock) {
        return closing(PerformanceAnalyzer.open(config, clock));
    }

    PerformanceAnalyzer open(AnalyzerConfig config, Clock clock, LongSupplier nanoTicker) {
        return closing(PerformanceAnalyzer.open(config, clock, nanoTicker));
    }

    <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}
