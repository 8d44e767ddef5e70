/** Databases of LMDB as stores of records, {@code lmdb:/path?db=name}. */
@NullMarked
package io.kvops.stores.data.lmdb;

import org.jspecify.annotations.NullMarked;
