/**
 * What runs out when: forecasts of resources against their limits. Entry: {@link io.kvops.planner.capacity.Outlook}. Pure
 * computation in the caller's thread; past forecasts are kept through {@link io.kvops.planner.capacity.ForecastStore}.
 */
@NullMarked
package io.kvops.planner.capacity;

import org.jspecify.annotations.NullMarked;
