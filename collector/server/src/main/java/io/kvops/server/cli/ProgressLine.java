package io.kvops.server.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;

/** A line that is drawn over and over on stderr, only where that is a terminal ({@code ./kvops} looks and tells). */
final class ProgressLine {
    private static final int WIDTH = 30;
    private static final int LEAST_COLUMNS = 20;
    /** Draws over what is there. A terminal that was made smaller meanwhile cuts the line, and does not begin another. */
    private static final String AGAIN = "\r\033[K\033[?7l";

    private static final String DRAWN = "\033[?7h";
    private static final String GREEN = "\033[32m";
    private static final String PLAIN = "\033[0m";

    private final PrintWriter err;
    private final boolean terminal = Boolean.getBoolean("kvops.terminal");
    private final int columns = Math.max(LEAST_COLUMNS, Integer.getInteger("kvops.columns", 80));
    private final boolean colours = System.getenv("NO_COLOR") == null;
    private final boolean blocks = Charset.defaultCharset().newEncoder().canEncode("█░");

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    /**
     * Draws it.
     *
     * @param done how far, 0 to 1; more counts as 1; less than 0: not known, so that there is no bar
     */
    void show(double done, String text) {
        if (!terminal) {
            return;
        }
        String bar = done < 0 ? "" : bar(Math.min(1, done)) + " ";
        int room = columns - 1 - (done < 0 ? 0 : WIDTH + 1);
        err.print(AGAIN + bar + text.substring(0, Math.max(0, Math.min(text.length(), room))) + DRAWN);
        err.flush();
    }

    private String bar(double done) {
        int filled = (int) Math.round(done * WIDTH);
        String full = (blocks ? "█" : "#").repeat(filled);
        String rest = (blocks ? "░" : ".").repeat(WIDTH - filled);
        return colours ? GREEN + full + PLAIN + rest : full + rest;
    }

    /** Takes it away. */
    void clear() {
        if (terminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
