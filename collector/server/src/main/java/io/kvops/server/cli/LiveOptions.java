package io.kvops.server.cli;

import io.kvops.migration.CutOver;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.SyncJob;
import picocli.CommandLine.Option;

/** When and how a live sync hands over. */
final class LiveOptions {
    @Option(
            names = "--cut-over",
            paramLabel = "WHEN",
            description =
                    "manual (default): when asked to, by kvops tasks cutover ID; auto: as soon as it has caught up.")
    private CutOver cutOver = CutOver.MANUAL;

    @Option(
            names = "--max-lag",
            paramLabel = "SECONDS",
            description = "With --cut-over auto: how far behind the target may be. Default: ${DEFAULT-VALUE}.")
    private double maxLagSeconds = 1;

    @Option(
            names = "--hold-writes",
            paramLabel = "SECONDS",
            description = "At the cut-over the source holds back writes of all its clients for so long at most (Redis,"
                    + " Valkey, LMDB). Default: it does not.")
    private double holdWritesSeconds;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description =
                    "Of a source without a log of its changes: how long it rests between two comparisons. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double everySeconds = 10;

    /** @throws IllegalArgumentException if something makes no sense */
    SyncJob onto(MigrationJob job) {
        return SyncJob.of(job.source(), job.target())
                .with(job)
                .with(cutOver, Math.round(maxLagSeconds * 1000), Math.round(holdWritesSeconds * 1000))
                .withEvery(Math.round(everySeconds * 1000));
    }
}
