/**
 * How well and how fast series are forecast: {@link io.kvops.benchmarks.forecast.ForecastAccuracy} on series of yours, {@link
 * io.kvops.benchmarks.forecast.ForecastSpeed} on generated ones.
 */
@NullMarked
package io.kvops.benchmarks.forecast;

import org.jspecify.annotations.NullMarked;
