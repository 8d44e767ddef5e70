/** memcached, over its text protocol. */
@NullMarked
package io.kvops.stores.memcached;

import org.jspecify.annotations.NullMarked;
