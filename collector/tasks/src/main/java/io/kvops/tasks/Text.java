package io.kvops.tasks;

/** Text of others, made fit for one line. */
final class Text {
    private static final int MAX_CHARS = 500;

    private Text() {}

    /** Without control characters, bounded. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length(); i++) {
            if (line.length() >= MAX_CHARS) {
                return line.append("...").toString();
            }
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString().strip();
    }

    /** Why something failed: the message, or the name where there is none, or where the message alone says too little. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        boolean bare = failure instanceof java.nio.file.FileSystemException
                || failure instanceof RuntimeException
                || failure instanceof Error;
        return oneLine(bare ? failure.getClass().getSimpleName() + ": " + message : message);
    }
}
