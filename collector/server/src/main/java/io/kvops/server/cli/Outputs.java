package io.kvops.server.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that a command makes: beside, then renamed, so that no half of one is ever found. */
final class Outputs {
    private Outputs() {}

    /** UTF-8 text. */
    static void write(Path file, String text) throws Failure {
        try {
            write(file, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new Failure(file + " cannot be written: " + e + "; name a file in a folder that is there", e);
        }
    }

    static void write(Path file, InputStream in) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        Path temporary = Files.createTempFile(folder == null ? target : folder, ".kvops-", ".part");
        try {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
