/**
 * What happened, kept: time series of operations and gauges, hot keys, slow operations, events, in an embedded database.
 * Entry: {@link io.kvops.history.History}. Any thread may call; it has one thread of its own, {@code kvops-history}, for
 * rollups and retention.
 */
@NullMarked
package io.kvops.history;

import org.jspecify.annotations.NullMarked;
