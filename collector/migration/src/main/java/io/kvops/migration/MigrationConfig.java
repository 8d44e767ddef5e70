package io.kvops.migration;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.format.DataFormats;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What migrations need. Immutable.
 *
 * @param tasks how their tasks run and where they are kept
 * @param stores the kinds of stores there are
 * @param formats the formats of files there are
 * @param keysMax keys that a comparison remembers at most, at least 1; 64-bit hashes, some 32 bytes of memory each
 * @param entering makes of a job's address the one that is opened: for who keeps names and passwords elsewhere than in jobs, which
 *     are kept in files. Any thread
 * @param clock tells what has expired
 * @param nanos a ticker for rates
 */
public record MigrationConfig(
        TasksConfig tasks,
        DataStores stores,
        DataFormats formats,
        int keysMax,
        UnaryOperator<StoreAddress> entering,
        Clock clock,
        LongSupplier nanos) {
    public MigrationConfig {
        Objects.requireNonNull(tasks, "tasks");
        Objects.requireNonNull(stores, "stores");
        Objects.requireNonNull(formats, "formats");
        Objects.requireNonNull(entering, "entering");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanos, "nanos");
        if (keysMax < 1) {
            throw new IllegalArgumentException("keysMax: " + keysMax + " (expected >= 1)");
        }
    }

    /** The defaults: all stores of the class path, an eighth of the heap for keys. */
    public static MigrationConfig in(Path folder) {
        return of(TasksConfig.in(folder), DataStores.load());
    }

    /** With tasks and stores of one's own, and the formats of the class path. */
    public static MigrationConfig of(TasksConfig tasks, DataStores stores) {
        return new MigrationConfig(
                tasks,
                stores,
                DataFormats.load(),
                KeySet.entriesForHeap(),
                address -> address,
                Clock.systemUTC(),
                System::nanoTime);
    }

    public MigrationConfig withKeysMax(int keys) {
        return new MigrationConfig(tasks, stores, formats, keys, entering, clock, nanos);
    }

    public MigrationConfig withEntering(UnaryOperator<StoreAddress> newEntering) {
        return new MigrationConfig(tasks, stores, formats, keysMax, newEntering, clock, nanos);
    }

    public MigrationConfig withClocks(Clock newClock, LongSupplier newNanos) {
        return new MigrationConfig(tasks, stores, formats, keysMax, entering, newClock, newNanos);
    }
}
