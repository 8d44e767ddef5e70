package io.kvops.server.cli;

import io.kvops.migration.MigrationJob;
import io.kvops.migration.Pace;
import io.kvops.migration.Reading;
import io.kvops.migration.filter.Filter;
import io.kvops.migration.filter.Range;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.WriteOptions.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which records a command means, what becomes of them, and how fast. */
final class RecordOptions {
    @Option(
            names = "--match",
            paramLabel = "GLOB",
            description = "Keys that match it; may come again: one has to match.")
    private List<String> match = new ArrayList<>();

    @Option(names = "--regex", paramLabel = "R", description = "Keys in which it is found.")
    private String regex = "";

    @Option(names = "--type", paramLabel = "T,...", split = ",", description = "string, hash, list, set, zset, stream.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--ttl", paramLabel = "RANGE", description = "none, any, or seconds as 60..3600, ..60, 60..")
    private String ttl = "";

    @Option(names = "--size", paramLabel = "RANGE", description = "Bytes of key and value, as ..1m")
    private String size = "0..";

    @Option(names = "--sample", paramLabel = "SHARE", description = "A share of the keys, always the same: 0.01")
    private double sample = 1;

    @Option(
            names = "--where",
            paramLabel = "EXPR",
            description = "CEL over key, type, ttl, size, elements, value, fields, metadata.")
    private String where = "";

    @Option(
            names = "--transform",
            paramLabel = "T",
            description = {
                "What becomes of them; may come again: rename:/REGEX/REPLACEMENT/, ttl:SECONDS, drop:FIELD-GLOB,",
                "mask:field=GLOB, retype:TYPE, set:key=EXPR (collector/migration/README.md has all)."
            })
    private List<String> transforms = new ArrayList<>();

    @Option(
            names = "--on-loss",
            paramLabel = "POLICY",
            description = "What the target can't hold: fail (default), encode, skip.")
    private Loss loss = Loss.FAIL;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Records between two acknowledgements. Default: ${DEFAULT-VALUE}.")
    private int batch = Pace.DEFAULT.batch();

    @Option(names = "--parallel", paramLabel = "N", description = "Parts read at once. Default: ${DEFAULT-VALUE}.")
    private int parallel = Pace.DEFAULT.parallel();

    @Option(names = "--max-ops", paramLabel = "N", description = "Records a second at most.")
    private long maxOps;

    @Option(names = "--max-bytes", paramLabel = "N", description = "Bytes a second at most; k, m, g may follow.")
    private String maxBytes = "0";

    @Option(
            names = "--max-latency",
            paramLabel = "MILLIS",
            description = "Slows down while the source takes longer than that to answer.")
    private long maxLatencyMillis;

    @Option(
            names = "--retry",
            paramLabel = "SECONDS",
            description = "How long a store that can't be reached is tried again. Default: ${DEFAULT-VALUE}.")
    private int retrySeconds = Pace.DEFAULT.retrySeconds();

    @Option(
            names = "--read",
            paramLabel = "HOW",
            description = {
                "How a Redis is read by export and migrate: snapshot (as its replicas are sent one, all records at one",
                "instant), keys (key by key), auto (default: a snapshot where all of many keys are wanted)."
            })
    private Reading reading = Reading.AUTO;

    /** @throws IllegalArgumentException if something makes no sense */
    MigrationJob onto(MigrationJob job) {
        Set<RecordType> wanted = new HashSet<>();
        types.forEach(name -> wanted.add(Filter.type(name)));
        Filter filter = new Filter(match, regex, wanted, ttl, Range.parse(size), sample, where);
        return job.with(filter)
                .withTransforms(transforms)
                .with(loss)
                .with(new Pace(
                        batch, parallel, maxOps, Range.number(maxBytes), maxLatencyMillis, retrySeconds, reading));
    }
}
