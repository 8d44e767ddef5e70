package io.kvops.stores.format;

import java.util.Locale;
import java.util.Optional;

/** How a file's bytes are packed. Which one a file has is read from its first bytes, never from its name. */
public enum Compression {
    NONE(""),
    /** RFC 1952. */
    GZIP(".gz", 0x1f, 0x8b, 0x08),
    /** RFC 8878, each frame with its checksum. */
    ZSTD(".zst", 0x28, 0xb5, 0x2f, 0xfd),
    /** The LZ4 frame format 1.6, with checksums of blocks and content. */
    LZ4(".lz4", 0x04, 0x22, 0x4d, 0x18),
    /** The framing format of snappy, each chunk with its CRC32C. */
    SNAPPY(".snappy", 0xff, 0x06, 0x00, 0x00, 's', 'N', 'a', 'P', 'p', 'Y');

    /** As many first bytes of a file as {@link #of(byte[])} looks at. */
    static final int MAGIC_BYTES = 10;

    private final String extension;
    /** A character for each byte. */
    private final String magic;

    Compression(String extension, int... magic) {
        this.extension = extension;
        StringBuilder bytes = new StringBuilder();
        for (int b : magic) {
            bytes.append((char) b);
        }
        this.magic = bytes.toString();
    }

    /** What names of such files end with; empty for {@link #NONE}. */
    public String extension() {
        return extension;
    }

    /** Its name as options and messages have it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The compression that a file's name asks for when it is written. */
    static Compression ofName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        for (Compression one : values()) {
            if (one != NONE && name.endsWith(one.extension)) {
                return one;
            }
        }
        return NONE;
    }

    /**
     * The compression that an option asks for.
     *
     * @param name {@code none, gzip, zstd, lz4, snappy} or an extension without its dot
     */
    public static Optional<Compression> ofOption(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Compression one : values()) {
            if (one.label().equals(wanted)
                    || (one != NONE && one.extension.substring(1).equals(wanted))) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The compression that a file with these first bytes has. */
    static Compression of(byte[] head) {
        for (Compression one : values()) {
            if (one != NONE && one.begins(head)) {
                return one;
            }
        }
        return NONE;
    }

    private boolean begins(byte[] head) {
        if (head.length < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if (head[i] != (byte) magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
