package io.kvops.server.cli;

import io.kvops.migration.Conflict;
import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Option;

/** What a command that writes to a store does with what is there, and whether it compares afterwards. */
final class CopyOptions {
    @Option(
            names = "--on-conflict",
            paramLabel = "POLICY",
            description = "Keys that the target has: overwrite (default), skip, newer, fail.")
    private Conflict conflict = Conflict.OVERWRITE;

    @Option(names = "--only-different", description = "Look first, and write only what differs.")
    private boolean onlyDifferent;

    @Option(
            names = "--verify",
            description = "Compare both after the copy, in both directions. Exit 1 on any difference.")
    private boolean verify;

    @Option(names = "--report", paramLabel = "FILE", description = "With --verify: a line of JSON for each difference.")
    private String report = "";

    MigrationJob onto(MigrationJob job) {
        return job.withConflict(conflict, onlyDifferent).withVerify(verify, false, report);
    }
}
