package io.kvops.migration;

import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.tasks.TaskException;
import java.time.Clock;
import java.util.function.LongSupplier;

/** The copy of a job, or what is left of it. One for each run of its task. */
final class CopyRun {
    private static final int LOOK_RECORDS = 16;

    private final MigrationJob job;
    private final DataStore source;
    private final CopyTarget target;
    private final Clock clock;
    private final LongSupplier nanos;
    private final boolean resumed;
    private final Sieve sieve;
    private final Transforms transforms;
    private final RateLimit records;
    private final RateLimit bytes;
    private final SourceCare care;

    /** @param resumed whether an earlier run may have written something that its checkpoint does not know of */
    CopyRun(MigrationJob job, DataStore source, CopyTarget target, Clock clock, LongSupplier nanos, boolean resumed) {
        this.job = job;
        this.source = source;
        this.target = target;
        this.clock = clock;
        this.nanos = nanos;
        this.resumed = resumed;
        this.sieve = new Sieve(job.filter());
        this.transforms = Transforms.of(job.transforms());
        this.records = new RateLimit(job.pace().maxOps(), nanos);
        this.bytes = new RateLimit(job.pace().maxBytes(), nanos);
        this.care = new SourceCare(source, job.pace(), records, nanos);
    }

    /** Whether values can be copied in the form that the source gives them, which is faster. */
    static boolean opaque(MigrationJob job, Capabilities from, Capabilities to, boolean again) {
        Sieve sieve = new Sieve(job.filter());
        return to.takesOpaqueOf(from)
                && !Transforms.of(job.transforms()).readsValues()
                && !sieve.needsType()
                && !sieve.needsValue()
                && !StoreTarget.looksFirst(job, again);
    }

    /** Called each second: looks how the source is. */
    SourceCare care() {
        return care;
    }

    /** Copies a part, again and again while a store can't be reached. */
    void copy(Parts.Part part) throws StoreException, TaskException {
        Retry retry = new Retry(job.pace().retrySeconds(), nanos, part.state());
        boolean again = resumed;
        while (true) {
            try {
                part.restart();
                attempt(part, again);
                return;
            } catch (StoreException e) {
                if (!retry.again(e, part.state(), part::stop)) {
                    throw e;
                }
                part.context().log("part " + part.index() + " is tried again: " + e.getMessage());
                again = true;
            }
        }
    }

    private void attempt(Parts.Part part, boolean again) throws StoreException, TaskException {
        PartState begun = part.state();
        Pipeline pipeline =
                new Pipeline(new Reread(source, begun.rest()), sieve, transforms, clock, records, bytes, part::stop);
        boolean opaque = opaque(job, source.capabilities(), target.capabilities(), again);
        ReadOptions options = ReadOptions.ALL.withOpaque(opaque).withKeys(key -> {
            boolean wanted = sieve.key(key);
            if (!wanted) {
                part.seen();
            }
            return wanted;
        });
        try (SourceReader reader = SourceReader.scan(source, begun.rest(), options);
                PartWriter writer = target.writer(part.index(), begun, again, pipeline::again)) {
            pipeline.to(writer.sink(), writer.certain());
            Pipeline.Records next = reader::next;
            long sureAt = nanos.getAsLong();
            int since = 0;
            boolean more = true;
            while (more && !part.stop()) {
                more = pipeline.next(next);
                if (more) {
                    part.seen();
                }
                since++;
                boolean due = since >= target.batch()
                        || (since % LOOK_RECORDS == 0 && nanos.getAsLong() - sureAt >= target.flushNanos());
                if (due && more) {
                    sure(part, reader, writer, pipeline, false);
                    sureAt = nanos.getAsLong();
                    since = 0;
                }
            }
            sure(part, reader, writer, pipeline, !more);
        } catch (Stopped e) {
            part.context().log("part " + part.index() + " stopped within a large record, which is read again");
        }
    }

    private static void sure(Parts.Part part, SourceReader reader, PartWriter writer, Pipeline pipeline, boolean done)
            throws StoreException, TaskException {
        writer.flush();
        pipeline.revisit();
        writer.flush();
        long leftOut = reader.leftOut();
        if (done && writer.finishes()) {
            if (writer.goesOn()) {
                // a run that comes when the file has its name already has to know it for its own
                part.sure("", false, writer.tally().plus(Tally.Of.DAMAGED, leftOut), writer.kept());
                part.keep();
            }
            writer.finish();
        }
        if (done || writer.goesOn()) {
            part.sure(reader.rest(), done, writer.tally().plus(Tally.Of.DAMAGED, leftOut), writer.kept());
        }
    }
}
