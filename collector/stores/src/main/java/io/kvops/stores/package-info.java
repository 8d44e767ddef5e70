/**
 * Stores: their addresses, connections to them, what they are ({@link io.kvops.stores.StoreDescription}) and what they
 * measure of themselves. Entries: {@link io.kvops.stores.Stores} for one look, {@link io.kvops.stores.Prober} for a look
 * each interval. The prober has one timer thread {@code kvops-prober} and borrows threads {@code kvops-probe} while it
 * measures; idle, it has none of those.
 */
@NullMarked
package io.kvops.stores;

import org.jspecify.annotations.NullMarked;
