/**
 * Values of records, held, handed on and compared. {@link io.kvops.migration.value.ForwardingSink} and {@link
 * io.kvops.migration.value.ElementSink} are for transforms of one's own, too. No threads of its own.
 */
@NullMarked
package io.kvops.migration.value;

import org.jspecify.annotations.NullMarked;
