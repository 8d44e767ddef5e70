package io.kvops.stores.format;

import java.util.Objects;

/**
 * A file that was written as a whole.
 *
 * @param name without its folder
 * @param format as {@code jsonl}
 * @param records in it
 * @param bytes its length
 * @param crc32c of all its bytes
 */
public record DataFile(String name, String format, Compression compression, long records, long bytes, int crc32c) {
    public DataFile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(compression, "compression");
    }
}
