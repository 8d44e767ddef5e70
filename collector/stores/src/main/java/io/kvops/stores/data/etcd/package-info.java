/** The keys of an etcd, or those under a prefix, as a store of records, {@code etcd://host:2379/prefix}. */
@NullMarked
package io.kvops.stores.data.etcd;

import org.jspecify.annotations.NullMarked;
