package io.kvops.benchmarks.migration;

import io.kvops.migration.Action;
import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationJob;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * Migrates a million mixed keys from a real Redis to another, and compares them, beside a native {@code REPLICAOF} of the same keys
 * in the same run. Arguments: number of keys (1 000 000), runs (3).
 */
public final class RedisSpeed {
    private RedisSpeed() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        PrintStream out = System.out;
        try (Workplace place = Workplace.make();
                RedisHost source = RedisHost.start(place.folder());
                RedisHost target = RedisHost.start(place.folder());
                DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.in(place.path("tasks")))) {
            MixedKeys.fill(source, keys);
            out.println("| run | native, keys/s | migrate, keys/s | of native | verify, s | compared | differences |");
            out.println("|---:|---:|---:|---:|---:|---:|---:|");
            for (int run = 1; run <= runs; run++) {
                double nativeRate = keys / target.replicate(source, keys);
                Map<String, String> copied =
                        Workplace.run(manager, MigrationJob.of(Action.MIGRATE, source.address(), target.address()));
                target.expect(keys);
                double rate = keys / Double.parseDouble(copied.get("copySeconds"));
                Map<String, String> compared = Workplace.run(
                        manager,
                        MigrationJob.of(Action.VERIFY, source.address(), target.address())
                                .withVerify(true, false, ""));
                out.printf(
                        Locale.ROOT,
                        "| %d | %,.0f | %,.0f | %.2f | %s | %s | %s |%n",
                        run,
                        nativeRate,
                        rate,
                        rate / nativeRate,
                        compared.get("verifySeconds"),
                        compared.get("compared"),
                        compared.get("differences"));
                target.ask("FLUSHALL");
            }
        }
    }
}
