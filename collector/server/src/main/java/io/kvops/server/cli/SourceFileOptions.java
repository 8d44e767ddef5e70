package io.kvops.server.cli;

import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Option;

/** How a file that is the source is read. */
final class SourceFileOptions {
    /** What becomes of damaged places. */
    enum OnError {
        FAIL,
        SKIP
    }

    @Option(
            names = "--on-error",
            paramLabel = "POLICY",
            description = "Lines or blocks of a file that can't be read: fail (default), or skip and list them.")
    private OnError onError = OnError.FAIL;

    MigrationJob onto(MigrationJob job) {
        return job.with(job.files().withSkipDamaged(onError == OnError.SKIP));
    }
}
