package io.kvops.agent.boot;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The agent's own log: a file that is created with its first line, at most {@value #LINES_MAX} lines and {@value
 * #LINE_CHARS_MAX} characters each. A log that cannot be written is silent: stdout and stderr belong to the application.
 * Any thread.
 */
public final class AgentLog {
    private static final int LINES_MAX = 2_000;
    private static final int LINE_CHARS_MAX = 4_000;

    private final File file;
    private int lines;

    /** @param file where to write; its folder is created if need be */
    public AgentLog(File file) {
        this.file = file;
    }

    /** Writes one line; later ones than the {@value #LINES_MAX}th are dropped. Never throws. */
    public synchronized void line(String text) {
        if (lines > LINES_MAX) {
            return;
        }
        lines++;
        String message = lines > LINES_MAX ? "log is full (" + LINES_MAX + " lines); nothing more is logged" : text;
        if (message.length() > LINE_CHARS_MAX) {
            message = message.substring(0, LINE_CHARS_MAX) + "...";
        }
        File folder = file.getAbsoluteFile().getParentFile();
        if (folder != null) {
            folder.mkdirs();
        }
        try (FileOutputStream out = new FileOutputStream(file, true)) {
            out.write((Instant.now() + " kvops: " + message + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            lines = LINES_MAX + 1;
        }
    }

    /** A failure of the agent itself, with the innermost part of its stack, in one line. */
    public void failure(String what, Throwable failure) {
        StringBuilder text = new StringBuilder(what).append(": ").append(failure);
        StackTraceElement[] stack = failure.getStackTrace();
        for (int i = 0; i < stack.length && i < 12; i++) {
            text.append(" <- ").append(stack[i]);
        }
        Throwable cause = failure.getCause();
        if (cause != null && cause != failure) {
            text.append("; caused by ").append(cause);
            StackTraceElement[] inner = cause.getStackTrace();
            for (int i = 0; i < inner.length && i < 12; i++) {
                text.append(" <- ").append(inner[i]);
            }
        }
        line(text.toString());
    }
}
