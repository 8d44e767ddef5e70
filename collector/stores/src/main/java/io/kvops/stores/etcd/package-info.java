/** etcd, over its HTTP gateway and its metrics. */
@NullMarked
package io.kvops.stores.etcd;

import org.jspecify.annotations.NullMarked;
