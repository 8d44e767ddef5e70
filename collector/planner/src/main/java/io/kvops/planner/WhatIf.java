package io.kvops.planner;

/**
 * A question to a plan.
 *
 * @param growth how many times as fast everything grows as the forecast says, at least 0; 1: as it says
 */
public record WhatIf(double growth) {
    /** As it is forecast. */
    public static final WhatIf AS_FORECAST = new WhatIf(1);

    public WhatIf {
        if (!(growth >= 0 && growth <= 1_000)) {
            throw new IllegalArgumentException("growth: " + growth + " (expected 0 to 1000)");
        }
    }
}
