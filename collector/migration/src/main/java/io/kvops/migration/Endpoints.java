package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.value.Comparison;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.FileReadOptions;
import io.kvops.stores.format.FileStores;
import io.kvops.stores.format.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Opens what jobs name. Any thread. */
final class Endpoints {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final DataStores stores;
    private final DataFormats formats;
    private final UnaryOperator<StoreAddress> entering;
    private final Clock clock;

    Endpoints(DataStores stores, DataFormats formats, UnaryOperator<StoreAddress> entering, Clock clock) {
        this.stores = stores;
        this.formats = formats;
        this.entering = entering;
        this.clock = clock;
    }

    /**
     * The source of a job, to be read.
     *
     * @param problems is told of places of a file that are left out
     */
    DataStore source(MigrationJob job, Consumer<Problem> problems) throws MigrationException, StoreException {
        StoreAddress address = StoreAddress.parse(job.source());
        if (!isFile(address)) {
            return open(job.source(), true);
        }
        if (isRdb(Path.of(address.path()))) {
            return open("rdb:" + address.path(), true);
        }
        FileReadOptions options = job.files().skipDamaged() ? FileReadOptions.recovering() : FileReadOptions.strict();
        return new FileStores(formats, options, problems).open(address, new OpenOptions(true, TIMEOUT, clock));
    }

    /** Whether an address is that of a file of records. */
    static boolean isFile(StoreAddress address) {
        return address.scheme().equals("file");
    }

    /** What a file is, is told by its content: snapshots of Redis too are often called as it pleases people. */
    private static boolean isRdb(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String head = new String(in.readNBytes(9), StandardCharsets.ISO_8859_1);
            return head.matches("(REDIS\\d{4}|VALKEY\\d{3})");
        } catch (IOException e) {
            return false; // who opens it says what is wrong
        }
    }

    /** The target of a job, to be written. */
    CopyTarget target(MigrationJob job, DataStore source) throws MigrationException, StoreException {
        StoreAddress address = StoreAddress.parse(job.target());
        if (isFile(address)) {
            return fileTarget(job, address);
        }
        boolean compares = job.action() == Action.VERIFY && !job.repair();
        return target(job, source, open(job.target(), compares));
    }

    private static StoreTarget target(MigrationJob job, DataStore source, DataStore store)
            throws MigrationException, StoreException {
        try {
            refuseSame(job, source, store);
            return new StoreTarget(store, job, Comparison.of(source.capabilities(), store.capabilities()));
        } catch (MigrationException e) {
            store.close();
            throw e;
        }
    }

    /** A copy of a store onto itself puts old values over new ones, and a sync would follow its own writes for ever. */
    static void refuseSame(MigrationJob job, DataStore source, DataStore target) throws MigrationException {
        if (!source.identity().isEmpty() && source.identity().equals(target.identity())) {
            throw new MigrationException(
                    Kind.JOB,
                    "target: " + StoreAddress.parse(job.target()).subject() + " is the source, "
                            + StoreAddress.parse(job.source()).subject()
                            + ", by another name (expected another store, or another database of that server)");
        }
    }

    /** The target of a job, to plan: nothing is made. */
    CopyTarget planned(MigrationJob job, DataStore source) throws MigrationException, StoreException {
        StoreAddress to = StoreAddress.parse(job.target());
        if (isFile(to)) {
            return fileTarget(job, to);
        }
        boolean compares = job.action() == Action.VERIFY && !job.repair();
        OpenOptions options = new OpenOptions(compares, TIMEOUT, clock);
        DataStore store = open(
                job.target(),
                address -> compares ? stores.open(address, options) : stores.openToPlan(address, options));
        return target(job, source, store);
    }

    /** The target of a job, to be compared with. */
    DataStore other(MigrationJob job) throws MigrationException, StoreException {
        return open(job.target(), !job.repair());
    }

    private FileTarget fileTarget(MigrationJob job, StoreAddress address) throws MigrationException, StoreException {
        Path file = Path.of(address.path());
        boolean named = !job.files().format().isEmpty() || formats.isFile(file.toString());
        if (!named && job.action() != Action.EXPORT) {
            throw new MigrationException(
                    Kind.JOB,
                    "address " + address + ": no store, nor a file whose name ends as one of "
                            + String.join(", ", formats.names()) + "; give a store, or use kvops export");
        }
        try {
            StoreAddress from = StoreAddress.parse(job.source());
            if (isFile(from) && Files.exists(file) && Files.isSameFile(Path.of(from.path()), file)) {
                throw new MigrationException(Kind.JOB, file + ": is the source; give another name");
            }
            return FileTarget.open(file, formats, job.files());
        } catch (IOException e) {
            throw new MigrationException(Kind.STORE, file + ": can't be looked at: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.JOB, String.valueOf(e.getMessage()), e);
        }
    }

    /** The target of a job that is a store, to plan: nothing is made. */
    DataStore plannedStore(MigrationJob job) throws MigrationException, StoreException {
        return open(job.target(), address -> stores.openToPlan(address, new OpenOptions(false, TIMEOUT, clock)));
    }

    /** A store of a job whose addresses were opened before. */
    DataStore opened(String address, boolean readOnly) throws StoreException {
        return stores.open(entering.apply(StoreAddress.parse(address)), new OpenOptions(readOnly, TIMEOUT, clock));
    }

    /** Takes away what a cancelled job can't leave half done. @return what is left, one line */
    String cancelled(MigrationJob job, JobState state) throws MigrationException, StoreException {
        StoreAddress address = StoreAddress.parse(job.target());
        if (isFile(address) && state.phase() == JobState.Phase.COPY) {
            return fileTarget(job, address).cancelled(state.parts());
        }
        Tally tally = state.tally();
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

    private DataStore open(String text, Opening how) throws MigrationException, StoreException {
        try {
            return how.open(entering.apply(StoreAddress.parse(text)));
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.JOB, String.valueOf(e.getMessage()), e);
        }
    }
}
