package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.SyncJob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "migrate",
        description =
                "Copies the records of a store to another one; either may be a file. The source is never changed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --dry-run",
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --verify",
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --match 'user:*' --max-ops 20000",
            "  kvops migrate redis://old:6379/0 redis://new:6379/1 --transform 'rename:/^user:/u:/'",
            "  kvops migrate redis://old:6379/0 redis://new:6379/0 --live --cut-over auto"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class MigrateCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "Address of the store to read, as redis://host:6379/0.")
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description = "Address of the store to write, or a file that ends as one, as dump.kvb.")
    private String target;

    @Mixin
    private CopyOptions copy = new CopyOptions();

    @Mixin
    private SourceFileOptions reading = new SourceFileOptions();

    @Mixin
    private TargetFileOptions writing = new TargetFileOptions();

    @Option(names = "--live", description = "Then follow the source's changes until the cut-over, as kvops sync does.")
    private boolean live;

    @Mixin
    private LiveOptions liveOptions = new LiveOptions();

    @Option(names = "--dry-run", description = "Say what would be done and lost, and write nothing.")
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
        return copy.onto(writing.onto(reading.onto(MigrationJob.of(Action.MIGRATE, source, target))));
    }

    @Override
    @Nullable
    SyncJob live(MigrationJob job) {
        return live ? liveOptions.onto(job) : null;
    }

    @Override
    boolean dryRun() {
        return dryRun;
    }
}
