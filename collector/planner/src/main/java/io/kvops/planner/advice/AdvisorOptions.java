package io.kvops.planner.advice;

import io.kvops.planner.scaling.ScalabilityLaw;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How advice is found.
 *
 * @param seed of the worlds: equal seeds give equal advice
 * @param worlds that are simulated, 1 to 100 000
 * @param riskMax share of the worlds in which what is advised may be too small, at least 0, below 1
 * @param usable share of a machine's memory and disk that data may take, above 0, at most 1: the rest is for copies on write,
 *     fragmentation and the system
 * @param threads processors of a machine that serve operations; 1 for an engine that runs commands one after another
 * @param quality of service, Q: cores for a load of a are a + Q sqrt(a); at least 0
 * @param shardsMax that are thought of, 1 to 1 000
 * @param replicas of each shard, at least 0
 * @param leadTime from the decision to machines that work
 * @param law throughput of one machine against concurrency, as measured; null: not known
 */
public record AdvisorOptions(
        long seed,
        int worlds,
        double riskMax,
        double usable,
        int threads,
        double quality,
        int shardsMax,
        int replicas,
        Duration leadTime,
        @Nullable ScalabilityLaw law) {

    public AdvisorOptions {
        require(worlds >= 1 && worlds <= 100_000, "worlds", worlds, "1 to 100000");
        require(riskMax >= 0 && riskMax < 1, "riskMax", riskMax, "0 to below 1");
        require(usable > 0 && usable <= 1, "usable", usable, "above 0, at most 1");
        require(threads >= 1, "threads", threads, ">= 1");
        require(quality >= 0, "quality", quality, ">= 0");
        require(shardsMax >= 1 && shardsMax <= 1_000, "shardsMax", shardsMax, "1 to 1000");
        require(replicas >= 0 && replicas <= 10, "replicas", replicas, "0 to 10");
    }

    private static void require(boolean holds, String what, double value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected " + expected + ")");
        }
    }

    /** For a Redis: one thread, three quarters of the memory, no replicas, two weeks to buy, 2.5 % risk. */
    public static AdvisorOptions defaults() {
        return new AdvisorOptions(1, 1_000, 0.025, 0.75, 1, 1, 32, 0, Duration.ofDays(14), null);
    }

    /** With so many replicas of each shard. */
    public AdvisorOptions replicas(int count) {
        return new AdvisorOptions(seed, worlds, riskMax, usable, threads, quality, shardsMax, count, leadTime, law);
    }

    /** With so many processors of a machine that serve operations. */
    public AdvisorOptions threads(int count) {
        return new AdvisorOptions(seed, worlds, riskMax, usable, count, quality, shardsMax, replicas, leadTime, law);
    }

    /** With so much time from the decision to machines that work. */
    public AdvisorOptions leadTime(Duration time) {
        return new AdvisorOptions(seed, worlds, riskMax, usable, threads, quality, shardsMax, replicas, time, law);
    }

    /** With a measured law. */
    public AdvisorOptions law(ScalabilityLaw measured) {
        return new AdvisorOptions(
                seed, worlds, riskMax, usable, threads, quality, shardsMax, replicas, leadTime, measured);
    }
}
