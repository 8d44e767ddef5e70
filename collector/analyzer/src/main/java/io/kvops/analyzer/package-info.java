/**
 * Says what applications did to their key-value stores. {@link io.kvops.analyzer.PerformanceAnalyzer} is the entry class: it
 * merges the frames of agents, and the operations of code that calls it directly, into a history, and answers with {@link
 * io.kvops.analyzer.Report}, {@link io.kvops.analyzer.LiveSnapshot}, {@link io.kvops.analyzer.Breakdown}, {@link
 * io.kvops.analyzer.Comparison} and others.
 *
 * <p>One thread merges frames; the thread {@code kvops-analyzer} writes them to the history, once a second; any thread may
 * ask, and gets immutable records. What is not written yet, and what the live view shows, stands behind one short lock.
 */
@NullMarked
package io.kvops.analyzer;

import org.jspecify.annotations.NullMarked;
