package io.kvops.planner;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A question to a plan.
 *
 * @param growth how many times as fast everything grows as the forecast says, at least 0; 1: as it says
 */
public record WhatIf(double growth) {
    /** As it is forecast. */
    public static final WhatIf AS_FORECAST = new WhatIf(1);

    private static final int GROWTH_MAX = 1_000;
    private static final Pattern FACTOR = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,4})?)x?");

    public WhatIf {
        if (!(growth >= 0 && growth <= GROWTH_MAX)) {
            throw new IllegalArgumentException("growth: " + growth + " (expected 0 to " + GROWTH_MAX + ")");
        }
    }

    /**
     * Reads {@code 2x}, or {@code 2}.
     *
     * @throws IllegalArgumentException if it is no such factor
     */
    public static WhatIf parse(String text) {
        Matcher m = FACTOR.matcher(text.strip());
        if (!m.matches() || Double.parseDouble(m.group(1)) > GROWTH_MAX) {
            throw new IllegalArgumentException(
                    "growth: '" + text + "' (expected a factor such as 2x, 0 to " + GROWTH_MAX + ")");
        }
        return new WhatIf(Double.parseDouble(m.group(1)));
    }
}
