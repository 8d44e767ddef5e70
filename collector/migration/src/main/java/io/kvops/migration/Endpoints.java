package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.value.Comparison;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import java.time.Clock;
import java.time.Duration;

/** Opens what jobs name. Any thread. */
final class Endpoints {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final DataStores stores;
    private final Clock clock;

    Endpoints(DataStores stores, Clock clock) {
        this.stores = stores;
        this.clock = clock;
    }

    /** The source of a job, to be read. */
    DataStore source(MigrationJob job) throws MigrationException, StoreException {
        return open(job.source(), true);
    }

    /** The target of a job, to be written. */
    StoreTarget target(MigrationJob job, DataStore source) throws MigrationException, StoreException {
        boolean compares = job.action() == Action.VERIFY && !job.repair();
        DataStore store = open(job.target(), compares);
        return new StoreTarget(store, job, Comparison.of(source.capabilities(), store.capabilities()));
    }

    /** The target of a job, to plan: nothing is made. */
    DataStore planned(MigrationJob job) throws MigrationException, StoreException {
        boolean compares = job.action() == Action.VERIFY && !job.repair();
        OpenOptions options = new OpenOptions(compares, TIMEOUT, clock);
        return open(
                job.target(),
                address -> compares ? stores.open(address, options) : stores.openToPlan(address, options));
    }

    /** The target of a job, to be compared with. */
    DataStore other(MigrationJob job) throws MigrationException, StoreException {
        return open(job.target(), !job.repair());
    }

    /** Takes away what a cancelled job can't leave half done. @return what is left, one line */
    String cancelled(MigrationJob job, Tally tally) {
        long written = tally.get(Tally.Of.WRITTEN);
        long repaired = tally.get(Tally.Of.REPAIRED);
        return StoreAddress.parse(job.target()).subject() + " has at least " + written + " records that the task wrote"
                + (repaired == 0 ? "" : " and " + repaired + " that it repaired")
                + ", each whole; the source is untouched";
    }

    private DataStore open(String text, boolean readOnly) throws MigrationException, StoreException {
        return open(text, address -> stores.open(address, new OpenOptions(readOnly, TIMEOUT, clock)));
    }

    private interface Opening {
        DataStore open(StoreAddress address) throws StoreException;
    }

    private static DataStore open(String text, Opening how) throws MigrationException, StoreException {
        try {
            return how.open(StoreAddress.parse(text));
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.JOB, String.valueOf(e.getMessage()), e);
        }
    }
}
