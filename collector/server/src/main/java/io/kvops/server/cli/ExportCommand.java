package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Copies the records of a store to a file, with nothing lost. The source is never changed.",
            "The file gets its name once all of it is written; of a set of parts the manifest is written last."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops export redis://127.0.0.1:6379/0 dump.jsonl",
            "  kvops export redis://127.0.0.1:6379/0 dump.kvb --compress zstd --match 'user:*' --type hash,string",
            "  kvops export redis://127.0.0.1:6379/0 dump.jsonl.gz --where 'ttl > 60.0' --dry-run",
            "  kvops export rocksdb:/var/lib/shop dump.kvb --parts 4 --verify --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class ExportCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "Address of the store to read, as redis://host:6379/0.")
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description =
                    "Its name says format and compression: .jsonl .json .csv .kvb .pb .msgpack, then .gz .zst .lz4"
                            + " .snappy; else it is JSON lines.")
    private String file;

    @Mixin
    private TargetFileOptions files = new TargetFileOptions();

    @Option(
            names = "--verify",
            description =
                    "Then read the file back and compare it with SRC, in both directions. Exit 1 on any difference.")
    private boolean verify;

    @Option(names = "--report", paramLabel = "FILE", description = "With --verify: a line of JSON for each difference.")
    private String report = "";

    @Option(names = "--dry-run", description = "Say what would be done, and write nothing.")
    private boolean dryRun;

    @Override
    String source() {
        return source;
    }

    @Override
    String target() {
        return file;
    }

    @Override
    MigrationJob job() {
        return files.onto(MigrationJob.of(Action.EXPORT, source, file)).withVerify(verify, false, report);
    }

    @Override
    boolean dryRun() {
        return dryRun;
    }
}
