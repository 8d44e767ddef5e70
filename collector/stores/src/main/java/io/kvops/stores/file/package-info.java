/** Stores that are files of another process: LMDB, H2's MVStore. They are read, never locked, never written. */
@NullMarked
package io.kvops.stores.file;

import org.jspecify.annotations.NullMarked;
