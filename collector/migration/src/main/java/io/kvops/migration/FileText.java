package io.kvops.migration;

import io.kvops.stores.format.Compression;
import io.kvops.stores.format.DataFile;
import java.util.Locale;

/** A file that was finished, as text for a checkpoint. */
final class FileText {
    private static final String MARK = "finished";
    private static final int FIELDS = 7;

    private FileText() {}

    static String encode(DataFile file) {
        return String.join(
                "\t",
                MARK,
                file.format(),
                file.compression().name().toLowerCase(Locale.ROOT),
                Long.toString(file.records()),
                Long.toString(file.bytes()),
                Integer.toString(file.crc32c()),
                file.name());
    }

    /** @throws IllegalArgumentException if it is none */
    static DataFile decode(String text) {
        String[] fields = text.split("\t", FIELDS);
        if (fields.length != FIELDS || !fields[0].equals(MARK)) {
            throw new IllegalArgumentException("file: '" + text + "' (expected one that was finished)");
        }
        return new DataFile(
                fields[6],
                fields[1],
                Compression.valueOf(fields[2].toUpperCase(Locale.ROOT)),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Integer.parseInt(fields[5]));
    }
}
