/**
 * Forecasts of one series of numbers: candidate models, chosen and combined by backtest, with intervals. Entry: {@link
 * io.kvops.planner.forecast.Forecaster}. Pure computation in the caller's thread.
 */
@NullMarked
package io.kvops.planner.forecast;

import org.jspecify.annotations.NullMarked;
