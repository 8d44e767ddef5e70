package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.Conflict;
import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "migrate",
        description = "Copies the records of a store to another one. The source is never changed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --dry-run",
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --verify",
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --match 'user:*' --max-ops 20000",
            "  kvops migrate redis://old:6379/0 redis://new:6379/1 --transform 'rename:/^user:/u:/'"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class MigrateCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "Address of the store to read, as redis://host:6379/0.")
    private String source;

    @Parameters(index = "1", paramLabel = "DST", description = "Address of the store to write.")
    private String target;

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

    @Option(names = "--dry-run", description = "Say what would be done and lost, and write nothing.")
    private boolean dryRun;

    @Override
    MigrationJob job() {
        return MigrationJob.of(Action.MIGRATE, source, target)
                .withConflict(conflict, onlyDifferent)
                .withVerify(verify, false, report);
    }

    @Override
    boolean dryRun() {
        return dryRun;
    }
}
