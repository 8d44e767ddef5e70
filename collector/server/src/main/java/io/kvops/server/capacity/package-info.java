/**
 * The planner on what this collector measured: resources out of the history, forecasts kept and scored, prices. Entry: {@link
 * io.kvops.server.capacity.CapacityDesk}. Questions are computed in the caller's thread; forecasts are kept by one thread of its own.
 */
@NullMarked
package io.kvops.server.capacity;

import org.jspecify.annotations.NullMarked;
