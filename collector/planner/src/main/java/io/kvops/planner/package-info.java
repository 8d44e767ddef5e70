/**
 * What runs out when, and what to do about it. Entry: {@link io.kvops.planner.CapacityPlanner}. Pure computation in the
 * caller's thread; nothing is read from or sent to anywhere.
 */
@NullMarked
package io.kvops.planner;

import org.jspecify.annotations.NullMarked;
