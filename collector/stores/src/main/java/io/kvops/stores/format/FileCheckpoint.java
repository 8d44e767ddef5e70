package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.Locale;

/**
 * What is needed to go on with a file.
 *
 * @param bytes of the file that were on disk
 * @param crc32c of those
 * @param records in them
 * @param state of the format
 */
record FileCheckpoint(String format, PackOptions packing, long bytes, int crc32c, long records, String state) {
    private static final int WORDS = 8;

    /** One line. */
    @Override
    public String toString() {
        return String.join(
                " ",
                "v1",
                format,
                packing.compression().name().toLowerCase(Locale.ROOT),
                Integer.toString(packing.level()),
                Long.toString(bytes),
                Crc.text(crc32c),
                Long.toString(records),
                state);
    }

    static FileCheckpoint parse(String file, String text) throws StoreException {
        String[] words = text.split(" ", WORDS);
        try {
            if (words.length == WORDS && words[0].equals("v1")) {
                return new FileCheckpoint(
                        words[1],
                        new PackOptions(
                                Compression.valueOf(words[2].toUpperCase(Locale.ROOT)), Integer.parseInt(words[3])),
                        Long.parseLong(words[4]),
                        Crc.parse(words[5]),
                        Long.parseLong(words[6]),
                        words[7]);
            }
        } catch (IllegalArgumentException e) {
            throw new StoreException(Kind.NONSENSE, file + ": its checkpoint makes no sense; write the file again", e);
        }
        throw new StoreException(Kind.NONSENSE, file + ": its checkpoint makes no sense; write the file again");
    }
}
