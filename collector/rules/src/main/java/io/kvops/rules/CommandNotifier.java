package io.kvops.rules;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program, without a shell: {@code command: [/usr/local/bin/page, --team, web]}. It reads the webhook's JSON document on its standard
 * input, has 10 seconds, and says with exit status 0 that it has told. What it prints is not read.
 */
public final class CommandNotifier implements Notifier.Type {
    private static final long SECONDS = 10;

    @Override
    public String name() {
        return "command";
    }

    @Override
    public Set<String> keys() {
        return Set.of("command", "title", "line");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        List<String> command = settings.texts("command");
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("command: is missing (expected [PROGRAM, ARGUMENT, ...])");
        }
        Texts texts = Texts.of(settings);
        return notification -> run(command, WebhookNotifier.json(notification, texts));
    }

    private static void run(List<String> command, String body) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // one that does not read must not hold the thread: a pipe takes 64 KiB, more is written by another
            Thread writer = new Thread(() -> write(process, body), "kvops-notify-command");
            writer.setDaemon(true);
            writer.start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " did not end in " + SECONDS + " s, and was stopped");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " ended with status " + process.exitValue());
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(Process process, String body) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all: its status says whether it has told
        }
    }
}
