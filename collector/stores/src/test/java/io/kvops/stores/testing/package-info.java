/** Real servers for tests. */
@NullMarked
package io.kvops.stores.testing;

import org.jspecify.annotations.NullMarked;
