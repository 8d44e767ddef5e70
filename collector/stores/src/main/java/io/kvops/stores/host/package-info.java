/** The machine that the collector runs on. */
@NullMarked
package io.kvops.stores.host;

import org.jspecify.annotations.NullMarked;
