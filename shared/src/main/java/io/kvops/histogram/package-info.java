/**
 * Latency histograms in HdrHistogram's bucket layout (2 significant digits, unit 1 ns), held sparse. {@link
 * io.kvops.histogram.SparseHistogram} is immutable; accumulating classes belong to one thread.
 */
package io.kvops.histogram;
