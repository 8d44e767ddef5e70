/** Column families of RocksDB as stores of records, {@code rocksdb:/path?cf=name}. */
@NullMarked
package io.kvops.stores.data.rocksdb;

import org.jspecify.annotations.NullMarked;
