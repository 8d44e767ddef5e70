/**
 * The operation model: what one call of an application to a key-value store is, in words that both ends
 * of the wire share. Immutable values only; any thread may use them.
 */
package io.kvops.op;
