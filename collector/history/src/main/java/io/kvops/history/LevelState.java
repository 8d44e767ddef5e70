package io.kvops.history;

/**
 * What a level holds: everything of {@code [fromMillis, uptoMillis)}. All three only move forward.
 *
 * @param archivedMillis the archive holds {@code [archivedMillis, fromMillis)}
 * @param fromMillis what is older is in no table; a multiple of the level's period
 * @param uptoMillis up to where the finer level was merged into it; the finest has no end
 */
record LevelState(long archivedMillis, long fromMillis, long uptoMillis) {
    static final long NO_END = Long.MAX_VALUE;

    LevelState withUpto(long millis) {
        return new LevelState(archivedMillis, fromMillis, Math.max(uptoMillis, millis));
    }

    /** Takes back what was announced. */
    LevelState backTo(long millis) {
        return new LevelState(archivedMillis, fromMillis, millis);
    }

    LevelState withFrom(long millis, boolean archived) {
        return new LevelState(archived ? archivedMillis : millis, millis, uptoMillis);
    }
}
