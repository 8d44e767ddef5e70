package io.kvops.history;

/**
 * What went to a file.
 *
 * @param rows how many
 * @param truncated whether there would have been more, but for the limit
 */
public record Exported(long rows, boolean truncated) {}
