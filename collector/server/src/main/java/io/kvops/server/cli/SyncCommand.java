package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.SyncJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sync",
        description =
                "Copies a store to another one, then its changes as they happen, until it hands over to the target.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops sync redis://old:6379/0 redis://new:6379/0 --dry-run",
            "  kvops sync redis://old:6379/0 redis://new:6379/0",
            "  kvops tasks cutover 7f3a01                # in another terminal, when it has caught up",
            "  kvops sync redis://old:6379/0 redis://new:6379/0 --cut-over auto --hold-writes 5 --verify"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class SyncCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "Address of the store to follow.")
    private String source;

    @Parameters(index = "1", paramLabel = "DST", description = "Address of the store to write; an empty one.")
    private String target;

    @Mixin
    private LiveOptions live = new LiveOptions();

    @Option(
            names = "--verify",
            description = "Compare both after the cut-over, in both directions. Exit 1 on any difference.")
    private boolean verify;

    @Option(names = "--report", paramLabel = "FILE", description = "With --verify: a line of JSON for each difference.")
    private String report = "";

    @Option(names = "--dry-run", description = "Say what would be done and what may go wrong, and write nothing.")
    private boolean dryRun;

    @Override
    String source() {
        return source;
    }

    @Override
    String target() {
        return target;
    }

    @Override
    MigrationJob job() {
        return MigrationJob.of(Action.SYNC, source, target).withVerify(verify, false, report);
    }

    @Override
    SyncJob live(MigrationJob job) {
        return live.onto(job);
    }

    @Override
    boolean dryRun() {
        return dryRun;
    }
}
