package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Copies the records of a file to a store. What the file is, is told by its content, not by its name:",
            "any format that kvops exports, packed or not, a set of parts by its manifest, or a snapshot of Redis (RDB)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops import dump.jsonl redis://127.0.0.1:6379/0 --dry-run",
            "  kvops import dump.jsonl redis://127.0.0.1:6379/0 --on-conflict skip",
            "  kvops import dump.kvb redis://127.0.0.1:6379/0 --only-different --verify",
            "  kvops import list.csv redis://127.0.0.1:6379/0 --on-error skip"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class ImportCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "The file to read, or the name of a set of parts.")
    private String file;

    @Parameters(index = "1", paramLabel = "DST", description = "Address of the store to write.")
    private String target;

    @Mixin
    private SourceFileOptions reading = new SourceFileOptions();

    @Mixin
    private CopyOptions copy = new CopyOptions();

    @Option(names = "--dry-run", description = "Say what would be done and lost, and write nothing.")
    private boolean dryRun;

    @Override
    String source() {
        return file;
    }

    @Override
    String target() {
        return target;
    }

    @Override
    MigrationJob job() {
        return copy.onto(reading.onto(MigrationJob.of(Action.IMPORT, file, target)));
    }

    @Override
    boolean dryRun() {
        return dryRun;
    }
}
