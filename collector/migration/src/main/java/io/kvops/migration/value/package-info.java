/**
 * Values of records, held and compared. {@link io.kvops.migration.value.ElementSink} is for transforms of one's own, too, as is {@link
 * io.kvops.stores.data.ForwardingSink}. No threads of its own.
 */
@NullMarked
package io.kvops.migration.value;

import org.jspecify.annotations.NullMarked;
