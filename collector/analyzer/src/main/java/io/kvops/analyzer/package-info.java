/**
 * Says what applications did to their key-value stores. {@link io.kvops.analyzer.PerformanceAnalyzer} is the entry class: it
 * merges the frames of agents, and the operations of code that calls it directly, and answers with {@link
 * io.kvops.analyzer.Report}, {@link io.kvops.analyzer.LiveSnapshot} and {@link io.kvops.analyzer.PerformanceStats}.
 *
 * <p>It owns no thread. One thread merges frames; any thread may ask, and gets immutable records. All mutable state stands
 * behind one short lock; reports are computed outside of it.
 */
@NullMarked
package io.kvops.analyzer;

import org.jspecify.annotations.NullMarked;
