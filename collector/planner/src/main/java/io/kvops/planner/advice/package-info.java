/**
 * What to buy, what it costs, and why not something else. Entry: {@link io.kvops.planner.advice.Advisor}. Pure computation in
 * the caller's thread; equal input gives equal advice.
 */
@NullMarked
package io.kvops.planner.advice;

import org.jspecify.annotations.NullMarked;
