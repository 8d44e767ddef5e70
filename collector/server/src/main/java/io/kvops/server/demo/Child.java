package io.kvops.server.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that this one started; what it says goes to a log file. Stopped by its handle. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 5;
    private static final int SHOWN_CHARACTERS = 300;

    private final String name;
    private final Path log;
    private final Process process;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static Child start(String name, Path log, Path folder, List<String> command) throws DemoException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .start();
            return new Child(name, log, process);
        } catch (IOException e) {
            throw new DemoException(name + " can't be started: " + e.getMessage(), e);
        }
    }

    private static java.io.File nothing() {
        return new java.io.File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits for the end. True if it has come. */
    boolean waitFor(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    int exitValue() {
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    /** How it ended and its last words, in one line. */
    String end() {
        String how = process.isAlive() ? " does not end" : " ended with exit code " + process.exitValue();
        return name + how + ": " + lastWords() + " (all of it: " + log + ")";
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                return "it said nothing";
            }
            String last = lines.get(lines.size() - 1).strip();
            return last.length() > SHOWN_CHARACTERS ? last.substring(0, SHOWN_CHARACTERS) + "..." : last;
        } catch (IOException e) {
            return "its log can't be read";
        }
    }

    /** Asks it to end, and after some seconds makes it. Who is interrupted meanwhile makes it at once. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
