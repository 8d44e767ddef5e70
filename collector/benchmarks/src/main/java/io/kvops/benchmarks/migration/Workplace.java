package io.kvops.benchmarks.migration;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationJob;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A folder that is gone at the end. */
record Workplace(Path folder) implements AutoCloseable {
    static Workplace make() throws IOException {
        return new Workplace(Files.createTempDirectory("kvops-speed"));
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /** What a job says at its end. */
    static Map<String, String> run(DataMigrationManager manager, MigrationJob job) throws Exception {
        String id = manager.submit(job, "benchmark").id();
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(10, TimeUnit.MINUTES);
        if (end.state() != TaskState.DONE) {
            throw new IllegalStateException(end.error());
        }
        return end.result();
    }

    /** Removes a file, or a folder with all that is in it. */
    static void delete(Path path) throws IOException {
        try (var all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(folder);
    }
}
