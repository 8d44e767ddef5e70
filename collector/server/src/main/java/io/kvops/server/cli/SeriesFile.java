package io.kvops.server.cli;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Series of numbers in a CSV file, one a row: {@code id,v1,v2,...}. An empty cell is a gap; those at the end do not count. */
final class SeriesFile implements AutoCloseable {

    /** One of them. */
    @SuppressWarnings("ArrayRecordComponent")
    record Series(String id, double[] values, long line) {}

    private final Path file;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private boolean first = true;

    private SeriesFile(Path file, CsvReader<CsvRecord> reader) {
        this.file = file;
        this.reader = reader;
        this.records = reader.iterator();
    }

    static SeriesFile open(Path file) throws IOException {
        return new SeriesFile(
                file,
                CsvReader.builder()
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .maxBufferSize(1 << 30)
                        .ofCsvRecord(file));
    }

    /** The next one, or null after the last. @throws Failure if a cell is not a number */
    @Nullable
    Series next() throws Failure {
        while (has()) {
            CsvRecord record = records.next();
            boolean header = first && record.getFieldCount() > 1 && !isNumber(record.getField(1));
            first = false;
            if (!header) {
                return series(record);
            }
        }
        return null;
    }

    private boolean has() throws Failure {
        try {
            return records.hasNext();
        } catch (RuntimeException e) {
            throw new Failure(file + ": cannot be read as CSV: " + e.getMessage(), e);
        }
    }

    private Series series(CsvRecord record) throws Failure {
        int size = record.getFieldCount();
        while (size > 1 && isGap(record.getField(size - 1))) {
            size--;
        }
        double[] values = new double[size - 1];
        Arrays.fill(values, Double.NaN);
        String id = record.getField(0);
        for (int i = 1; i < size; i++) {
            String cell = record.getField(i).strip();
            if (!isGap(cell)) {
                try {
                    values[i - 1] = Double.parseDouble(cell);
                } catch (NumberFormatException e) {
                    throw new Failure(file + ", line " + record.getStartingLineNumber() + ", series '" + id
                            + "', value " + i + ": '" + cell
                            + "' is not a number (expected id,v1,v2,...; a gap is an empty cell)");
                }
            }
        }
        return new Series(id, values, record.getStartingLineNumber());
    }

    private static boolean isGap(String cell) {
        String text = cell.strip();
        return text.isEmpty() || text.equalsIgnoreCase("NA") || text.equalsIgnoreCase("NaN");
    }

    private static boolean isNumber(String cell) {
        try {
            return isGap(cell) || !Double.isNaN(Double.parseDouble(cell.strip()));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
