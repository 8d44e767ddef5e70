package io.kvops.history;

/**
 * What a level holds: everything of {@code [fromMillis, uptoMillis)}. Both only move forward.
 *
 * @param fromMillis a multiple of the level's period
 * @param uptoMillis up to where the finer level was merged into it; the finest has no end
 */
record LevelState(long fromMillis, long uptoMillis) {
    static final long NO_END = Long.MAX_VALUE;
}
