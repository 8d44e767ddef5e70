package io.kvops.migration;

import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.WholeRecord.Element;
import io.kvops.stores.format.DataFile;
import io.kvops.stores.format.DataFileReader;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.FileReadOptions;
import io.kvops.stores.format.Manifest;
import io.kvops.stores.format.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a file of records, or a set of parts, holds. Immutable.
 *
 * @param format as {@code jsonl}
 * @param compression as {@code zstd}, of the file as a whole; {@code none} where blocks are packed
 * @param parts files that were read
 * @param fileBytes length of those
 * @param records that can be read
 * @param types how many records of each type
 * @param expiring records with an expiry, their own or a field's not counted
 * @param valueBytes of keys and values, unpacked
 * @param damaged places that can't be read, and parts that are not as their manifest says
 * @param problems the first of those
 */
public record FileInspection(
        String format,
        String compression,
        int parts,
        long fileBytes,
        long records,
        Map<RecordType, Long> types,
        long expiring,
        long valueBytes,
        long damaged,
        List<Problem> problems) {
    private static final String MANIFEST = ".manifest.json";

    public FileInspection {
        types = Map.copyOf(types);
        problems = List.copyOf(problems);
    }

    /**
     * Reads all of it.
     *
     * @throws StoreException if it is of no known format, or can't be read
     */
    public static FileInspection of(Path file, DataFormats formats) throws StoreException {
        boolean named = String.valueOf(file.getFileName()).endsWith(MANIFEST);
        Path manifest = named ? file : Manifest.path(file);
        Sum sum = new Sum();
        if (Files.exists(manifest) && (named || !Files.exists(file))) {
            Manifest of = Manifest.read(manifest);
            Path folder = manifest.toAbsolutePath().getParent();
            List<Problem> wrong = of.verify(folder == null ? Path.of("/") : folder);
            sum.problems.addAll(wrong);
            sum.damaged += wrong.size();
            for (DataFile part : of.parts()) {
                sum.read(manifest.resolveSibling(part.name()), formats);
            }
        } else {
            sum.read(file, formats);
        }
        return sum.inspection();
    }

    private static final class Sum extends ElementSink {
        private final Map<RecordType, Long> types = new EnumMap<>(RecordType.class);
        private final List<Problem> problems = new ArrayList<>();
        private String format = "";
        private String compression = "";
        private int parts;
        private long fileBytes;
        private long records;
        private long expiring;
        private long valueBytes;
        private long damaged;
        private RecordType type = RecordType.STRING;
        private boolean expires;

        private void read(Path file, DataFormats formats) throws StoreException {
            try (DataFileReader reader = formats.open(file, FileReadOptions.recovering())) {
                while (reader.next(this)) {
                    records++;
                }
                format = reader.format().name();
                compression = reader.compression().name().toLowerCase(Locale.ROOT);
                damaged += reader.problems().count();
                problems.addAll(reader.problems().listed());
                fileBytes += Files.size(file);
                parts++;
            } catch (IOException e) {
                throw new StoreException(Kind.UNREACHABLE, file + ": can't be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void begin(RecordHeader header) {
            type = header.type();
            expires = header.expires();
            valueBytes += header.key().length();
        }

        @Override
        protected void element(Element element, long bytes) {
            valueBytes += bytes;
        }

        @Override
        public void end() {
            types.merge(type, 1L, Long::sum);
            expiring += expires ? 1 : 0;
        }

        @Override
        public void abort() {
            // it is not counted
        }

        private FileInspection inspection() {
            return new FileInspection(
                    format, compression, parts, fileBytes, records, types, expiring, valueBytes, damaged, problems);
        }
    }
}
