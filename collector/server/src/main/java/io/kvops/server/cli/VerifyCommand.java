package io.kvops.server.cli;

import io.kvops.migration.Action;
import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = {
            "Compares two stores value by value, in both directions. Exit 1 on any difference.",
            "With --repair the target is made the same, and the exit is 1 only if something could not be repaired."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops verify redis://old:6379/0 redis://new:6379/0",
            "  kvops verify redis://old:6379/0 redis://new:6379/0 --repair --report differences.jsonl",
            "  kvops verify redis://old:6379/0 redis://new:6379/0 --sample 0.01 --json",
            "  kvops verify dump.jsonl redis://new:6379/0"
        })
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class VerifyCommand extends DataCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "Address of the store that is right, or a file.")
    private String source;

    @Parameters(index = "1", paramLabel = "DST", description = "Address of the store that should be the same.")
    private String target;

    @Option(names = "--repair", description = "Write to DST what differs, and delete there what SRC has not.")
    private boolean repair;

    @Mixin
    private SourceFileOptions reading = new SourceFileOptions();

    @Option(names = "--report", paramLabel = "FILE", description = "A line of JSON for each difference.")
    private String report = "";

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
        return reading.onto(MigrationJob.of(Action.VERIFY, source, target).withVerify(true, repair, report));
    }
}
