package io.kvops.stores.data;

/**
 * How far behind its source a target is.
 *
 * @param behind in units, 0 or more; of the last time that the source could be asked
 * @param unit {@code bytes} of a log, {@code revisions}, {@code updates}
 * @param nanos since the target had all that the source had; 0 if it has all, as far as is known
 */
public record Lag(long behind, String unit, long nanos) {}
