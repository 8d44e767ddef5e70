/** What parts of the collector cost, by JMH: each class is a benchmark of its own; the README says how to run them. */
@NullMarked
package io.kvops.benchmarks;

import org.jspecify.annotations.NullMarked;
