package io.kvops.stores.format;

import java.util.Objects;
import java.util.Optional;

/**
 * How to write a file.
 *
 * @param format its name; empty for the one that the file's name ends with, {@code jsonl} if that is none
 * @param compression empty for the one that the file's name ends with, none if that is none
 * @param level of the compression, as {@link PackOptions#level}
 */
public record FileWriteOptions(Optional<String> format, Optional<Compression> compression, int level) {
    /** As the file's name says. */
    public static final FileWriteOptions BY_NAME = new FileWriteOptions(Optional.empty(), Optional.empty(), 0);

    public FileWriteOptions {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(compression, "compression");
    }

    /** The same in another format. */
    public FileWriteOptions withFormat(String name) {
        return new FileWriteOptions(Optional.of(name), compression, level);
    }

    /** The same with another compression, at its default level. */
    public FileWriteOptions withCompression(Compression other) {
        return new FileWriteOptions(format, Optional.of(other), 0);
    }
}
