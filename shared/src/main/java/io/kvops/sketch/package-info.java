/**
 * Summaries of streams in bounded memory: {@link io.kvops.sketch.SpaceSaving} finds the keys that occur most. A summary
 * belongs to one thread.
 */
package io.kvops.sketch;
