package io.kvops.planner.advice;

import io.kvops.planner.scaling.ScalabilityLaw;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Futures drawn from the intervals of a need. */
final class Worlds {
    private static final int MEMORY = 0;
    private static final int DISK = 1;
    private static final int OPS = 2;
    private static final int SERVICE = 3;
    private static final int CONNECTIONS = 4;
    private static final int KINDS = 5;

    private final double[][] worlds;
    private final AdvisorOptions options;

    Worlds(Need need, AdvisorOptions options) {
        this.options = options;
        Random random = new Random(options.seed());
        List<Quantity> all = List.of(
                need.memoryBytes(), need.diskBytes(), need.opsPerSecond(), need.serviceSeconds(), need.connections());
        worlds = new double[options.worlds()][KINDS];
        for (double[] world : worlds) {
            for (int k = 0; k < KINDS; k++) {
                world[k] = all.get(k).sample(random);
            }
        }
    }

    Trial run(Layout layout, Catalog catalog) {
        Trial t = new Trial(layout, layout.cost(catalog), worlds.length);
        InstanceShape shape = layout.shape();
        int shards = layout.shards();
        int cores = Math.min(shape.vcpus(), options.threads());
        @Nullable ScalabilityLaw law = options.law();
        double ceiling =
                law == null ? Double.POSITIVE_INFINITY : law.peakThroughput().orElse(Double.POSITIVE_INFINITY);
        for (int w = 0; w < worlds.length; w++) {
            double[] world = worlds[w];
            double rate = world[OPS] / shards;
            double load = rate * world[SERVICE];
            boolean holds = fits(t, 0, world[MEMORY] / shards, options.usable() * shape.memoryBytes());
            holds &= fits(t, 1, world[DISK] / shards, options.usable() * shape.diskBytes());
            holds &= fits(t, 2, load == 0 ? 0 : load + options.quality() * Math.sqrt(load), cores);
            // clients of a cluster connect to each of its machines
            holds &= fits(t, 3, world[CONNECTIONS], shape.connectionsMax());
            holds &= fits(t, 4, rate, ceiling);
            t.holds[w] = holds;
        }
        return t;
    }

    private static boolean fits(Trial t, int kind, double needed, double usable) {
        if (needed <= usable) {
            return true;
        }
        t.shortages[kind]++;
        t.most[kind] = Math.max(t.most[kind], needed / Math.max(usable, Double.MIN_NORMAL));
        return false;
    }

    /** Of each world, what the cheapest costs that holds in it; the dearest of all where none does. */
    double[] cheapest(List<Trial> trials) {
        double dearest = trials.stream()
                .mapToDouble(t -> t.cost.perMonth().doubleValue())
                .max()
                .orElse(0);
        double[] least = new double[worlds.length];
        Arrays.fill(least, dearest);
        for (Trial t : trials) {
            double cost = t.cost.perMonth().doubleValue();
            for (int w = 0; w < least.length; w++) {
                least[w] = t.holds[w] ? Math.min(least[w], cost) : least[w];
            }
        }
        return least;
    }

    double regret(Trial t, double[] cheapest, double penalty) {
        double cost = t.cost.perMonth().doubleValue();
        double sum = 0;
        for (int w = 0; w < cheapest.length; w++) {
            sum += t.holds[w] ? cost - cheapest[w] : penalty * cheapest[w];
        }
        return sum / cheapest.length;
    }
}
