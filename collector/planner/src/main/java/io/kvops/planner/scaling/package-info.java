/**
 * How throughput grows with concurrency, from measurements. Entry: {@link io.kvops.planner.scaling.ScalabilityLaw}. Pure
 * computation in the caller's thread.
 */
@NullMarked
package io.kvops.planner.scaling;

import org.jspecify.annotations.NullMarked;
