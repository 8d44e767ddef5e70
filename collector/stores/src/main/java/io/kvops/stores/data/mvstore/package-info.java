/** Maps of H2's MVStore as stores of records, {@code mvstore:/file?map=name}. */
@NullMarked
package io.kvops.stores.data.mvstore;

import org.jspecify.annotations.NullMarked;
