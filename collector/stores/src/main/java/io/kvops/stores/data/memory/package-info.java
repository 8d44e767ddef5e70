/** A store in the memory of this process, {@code mem:name}: for tests, and as the simplest connector there is. */
@NullMarked
package io.kvops.stores.data.memory;

import org.jspecify.annotations.NullMarked;
