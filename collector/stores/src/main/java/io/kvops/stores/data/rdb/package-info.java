/** Redis' own serialised form of values, as DUMP and RDB files have it: {@link io.kvops.stores.data.rdb.RdbValue}. */
@NullMarked
package io.kvops.stores.data.rdb;

import org.jspecify.annotations.NullMarked;
