package io.kvops.migration;

import io.kvops.stores.format.Compression;
import io.kvops.stores.format.FileWriteOptions;
import io.kvops.stores.format.Manifest;
import io.kvops.stores.format.PackOptions;
import java.util.Map;
import java.util.Optional;

/**
 * How files are written and read, where one is the target or the source. Immutable.
 *
 * @param format name of the target's format; empty for the one that its name ends with
 * @param compression {@code none, gzip, zstd, lz4, snappy}; empty for the one that the target's name ends with
 * @param level of the compression, 0 for its default
 * @param parts 1 for one file; more: so many files at most, written side by side, and a manifest of them; 1 to 1 000
 * @param skipDamaged whether places of the source that can't be read are left out and listed, in place of failing
 */
public record FileOptions(String format, String compression, int level, int parts, boolean skipDamaged) {
    private static final int MAX_PARTS = Math.min(1_000, Manifest.MAX_PARTS);

    /** One file, as its name says; damage is an error. */
    public static final FileOptions DEFAULT = new FileOptions("", "", 0, 1, false);

    public FileOptions {
        if (parts < 1 || parts > MAX_PARTS) {
            throw new IllegalArgumentException("parts: " + parts + " (expected 1 to " + MAX_PARTS + ")");
        }
        if (!compression.isEmpty()) {
            Compression known = Compression.ofOption(compression)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "compression: " + compression + " (expected none, gzip, zstd, lz4 or snappy)"));
            new PackOptions(known, level);
        }
    }

    public FileOptions withFormat(String name) {
        return new FileOptions(name, compression, level, parts, skipDamaged);
    }

    public FileOptions withCompression(String name, int newLevel) {
        return new FileOptions(format, name, newLevel, parts, skipDamaged);
    }

    public FileOptions withParts(int most) {
        return new FileOptions(format, compression, level, most, skipDamaged);
    }

    public FileOptions withSkipDamaged(boolean skip) {
        return new FileOptions(format, compression, level, parts, skip);
    }

    FileWriteOptions toWrite() {
        return new FileWriteOptions(
                format.isEmpty() ? Optional.empty() : Optional.of(format),
                compression.isEmpty() ? Optional.empty() : Compression.ofOption(compression),
                level);
    }

    void putInto(Map<String, String> map) {
        map.put("file.format", format);
        map.put("file.compression", compression);
        map.put("file.level", Integer.toString(level));
        map.put("file.parts", Integer.toString(parts));
        map.put("file.skipDamaged", Boolean.toString(skipDamaged));
    }

    static FileOptions of(Map<String, String> map) {
        return new FileOptions(
                map.getOrDefault("file.format", ""),
                map.getOrDefault("file.compression", ""),
                Integer.parseInt(map.getOrDefault("file.level", "0")),
                Integer.parseInt(map.getOrDefault("file.parts", "1")),
                Boolean.parseBoolean(map.get("file.skipDamaged")));
    }
}
