package io.kvops.planner.advice;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do.
 *
 * @param best of all, by least regret; null if nothing in the catalog would hold
 * @param vertical the best with as many shards as today; null if none would hold
 * @param horizontal the best with the machine of today; null if none would hold
 * @param today what is there, and how it would do; null if that is not known
 * @param refused what is not advised, each with its reason, cheapest first
 * @param findings in words, the most important first
 */
public record Advice(
        @Nullable Choice best,
        @Nullable Choice vertical,
        @Nullable Choice horizontal,
        @Nullable Choice today,
        List<Refused> refused,
        List<String> findings) {

    public Advice {
        refused = List.copyOf(refused);
        findings = List.copyOf(findings);
    }

    /**
     * Something that could be bought.
     *
     * @param risk share of the simulated worlds in which it is too small
     * @param regret mean cost above that of the best in each world, a month, with a penalty where it is too small
     * @param saving what is saved against today; null if today is not known
     */
    public record Choice(
            Layout layout,
            Cost cost,
            double risk,
            double regret,
            @Nullable Cost saving) {}

    /** Something that is not advised. */
    public record Refused(Layout layout, String reason) {}
}
