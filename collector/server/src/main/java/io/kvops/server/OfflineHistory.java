package io.kvops.server;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.analyzer.Report;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.HistoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The history in a data folder on which no collector runs. None can start on it meanwhile. */
public final class OfflineHistory implements AutoCloseable {
    private final DataFolder folder;
    private final History history;
    private final Clock clock;

    private OfflineHistory(DataFolder folder, History history, Clock clock) {
        this.folder = folder;
        this.history = history;
        this.clock = clock;
    }

    /** True if a data folder holds a history. */
    public static boolean exists(Path dataDir) {
        return Files.isDirectory(dataDir.resolve(CollectorConfig.HISTORY));
    }

    /**
     * Opens it.
     *
     * @throws OpsException if there is none, or a collector has the folder
     */
    public static OfflineHistory open(Path dataDir, Clock clock) throws OpsException {
        if (!exists(dataDir)) {
            throw new OpsException(
                    OpsException.Kind.DATA_FOLDER,
                    "there is no history in " + dataDir + "; name the data folder of a collector with --data",
                    null);
        }
        DataFolder folder = DataFolder.take(dataDir);
        try {
            Path place = dataDir.resolve(CollectorConfig.HISTORY);
            return new OfflineHistory(folder, Histories.open(keepingAll(place), clock), clock);
        } catch (HistoryException e) {
            OpsException failure = new OpsException(OpsException.Kind.DATA_FOLDER, String.valueOf(e.getMessage()), e);
            try {
                folder.close();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** Looking must not expire what a collector was told to keep: the longest times there are. */
    private static HistoryConfig keepingAll(Path place) {
        HistoryConfig d = HistoryConfig.of(place);
        return new HistoryConfig(
                place,
                Duration.ofDays(1),
                Duration.ofDays(30),
                Duration.ofDays(3_660),
                Duration.ofDays(36_600),
                Duration.ofDays(36_600),
                d.memoryLimitBytes(),
                d.threads(),
                d.maxSeries(),
                d.maxFineSeries(),
                d.maxSlowOpsPerHour(),
                d.hotKeysPerBucket(),
                d.archive());
    }

    /** What was kept. */
    public History history() {
        return history;
    }

    /** What happened from one moment (inclusive) to another (exclusive). */
    public Report report(Instant from, Instant to) {
        try (PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, history, clock)) {
            return analyzer.report(from, to);
        }
    }

    @Override
    public void close() throws HistoryException, IOException {
        try {
            history.close();
        } finally {
            folder.close();
        }
    }
}
