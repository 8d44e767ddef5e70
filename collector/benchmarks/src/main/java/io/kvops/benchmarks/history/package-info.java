/** What the history costs: bytes by level, times of queries, stalls of commits. */
@NullMarked
package io.kvops.benchmarks.history;

import org.jspecify.annotations.NullMarked;
