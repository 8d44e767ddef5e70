/**
 * The data of stores: records as streams of elements ({@link io.kvops.stores.data.RecordSink}), and stores that are read as
 * scans and written in batches ({@link io.kvops.stores.data.DataStore}). Entry: {@link io.kvops.stores.data.DataStores}. It
 * starts no threads but those of feeds: whoever calls does the work.
 *
 * <p>Following the changes of a store: {@link io.kvops.stores.data.ChangeFeed} tells which keys changed, {@link
 * io.kvops.stores.data.Replay} repeats a source's own log at a target; {@link io.kvops.stores.data.DataStore} makes both. A feed
 * may have one thread of its own, which receives ({@code kvops-feed-NAME}); all else is done by its caller, a single thread.
 */
@NullMarked
package io.kvops.stores.data;

import org.jspecify.annotations.NullMarked;
