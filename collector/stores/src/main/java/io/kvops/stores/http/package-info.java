/** Calls over HTTP with a deadline and a bound on the answer, for stores that speak it. Runs in the caller's thread. */
@NullMarked
package io.kvops.stores.http;

import org.jspecify.annotations.NullMarked;
