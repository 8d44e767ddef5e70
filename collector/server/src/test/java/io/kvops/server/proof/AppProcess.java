package io.kvops.server.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An application in a JVM of its own, under the agent. */
final class AppProcess implements AutoCloseable {
    private final Process process;
    private final Path output;

    private AppProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** What says nothing and does nothing until its standard input ends. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws IOException {
            while (System.in.read() >= 0) {
                // until it ends
            }
        }
    }

    static AppProcess start(List<String> command, Path folder, String name) throws IOException {
        Path output = folder.resolve(name + ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new AppProcess(process, output);
    }

    long pid() {
        return process.pid();
    }

    /** Lets it end by itself, without waiting for that. */
    void letEnd() throws IOException {
        process.getOutputStream().close();
    }

    boolean alive() {
        return process.isAlive();
    }

    int waitForEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the application did not end within 60 s");
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What it said on stdout and stderr. */
    String said() throws IOException {
        return Files.readString(output);
    }

    /** True if this process' spool has been delivered: there is none any more. */
    boolean spoolIsGone(Path spool) throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.noneMatch(file -> file.getFileName().toString().startsWith("kvops-" + pid() + "-"));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
