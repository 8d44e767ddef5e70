package io.kvops.stores;

/** Text of servers, made fit for one line of a log: no control characters, bounded. */
final class OneLine {
    private static final int MAX_CHARS = 300;

    private OneLine() {}

    static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length(); i++) {
            if (line.length() == MAX_CHARS) {
                return line.append("...").toString();
            }
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString().strip();
    }
}
