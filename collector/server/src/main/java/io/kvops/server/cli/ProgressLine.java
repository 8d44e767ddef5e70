package io.kvops.server.cli;

import java.io.PrintWriter;

/** A line that is drawn over and over on stderr, only where that is a terminal ({@code ./kvops} looks and tells). */
final class ProgressLine {
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean terminal = Boolean.getBoolean("kvops.terminal");

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    /**
     * Draws it.
     *
     * @param done how far, 0 to 1; more counts as 1
     */
    void show(double done, String text) {
        if (terminal) {
            int filled = (int) Math.round(Math.min(1, Math.max(0, done)) * WIDTH);
            err.print("\r\033[K[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + text);
            err.flush();
        }
    }

    /** Takes it away. */
    void clear() {
        if (terminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
