/**
 * The data of stores: records as streams of elements ({@link io.kvops.stores.data.RecordSink}), and stores that are read as
 * scans and written in batches ({@link io.kvops.stores.data.DataStore}). Entry: {@link io.kvops.stores.data.DataStores}. It
 * starts no threads: whoever calls does the work.
 */
@NullMarked
package io.kvops.stores.data;

import org.jspecify.annotations.NullMarked;
