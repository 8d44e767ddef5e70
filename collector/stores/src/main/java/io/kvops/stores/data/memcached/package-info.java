/** Items of a memcached as records, {@code memcached://host:port}: best effort, as its scan is. */
@NullMarked
package io.kvops.stores.data.memcached;

import org.jspecify.annotations.NullMarked;
