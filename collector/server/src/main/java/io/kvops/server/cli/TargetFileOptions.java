package io.kvops.server.cli;

import io.kvops.migration.MigrationJob;
import picocli.CommandLine.Option;

/** How a file that is the target is written. */
final class TargetFileOptions {
    @Option(
            names = "--format",
            paramLabel = "F",
            description = "jsonl, json, csv, kvb (Binary), protobuf, msgpack. Default: as the file's name ends.")
    private String format = "";

    @Option(
            names = "--compress",
            paramLabel = "C",
            description = "none, gzip, zstd, lz4, snappy. Default: as the file's name ends.")
    private String compression = "";

    @Option(names = "--level", paramLabel = "N", description = "Of the compression; 0 (default): its own default.")
    private int level;

    @Option(
            names = "--parts",
            paramLabel = "N",
            description = "So many files at most, written side by side, and FILE.manifest.json. Default: one file.")
    private int parts = 1;

    /** @throws IllegalArgumentException if something makes no sense */
    MigrationJob onto(MigrationJob job) {
        return job.with(job.files()
                .withFormat(format)
                .withCompression(compression, level)
                .withParts(parts));
    }
}
