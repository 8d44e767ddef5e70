package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.WholeRecord;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that is not what was written is an error, or is read as it was written; never is something lost in silence. */
class DamageTest {
    private static final int RECORDS = 40;
    /** For each format, shared among its compressions. */
    private static final int MUTATIONS = Boolean.getBoolean("kvops.proof") ? 10_000 : 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void aCutFileIsAnError(String format, Compression compression) throws Exception {
        long seed = FileCases.seed();
        List<WholeRecord> records = FileCases.random(seed, RECORDS);
        byte[] whole = bytes(format, compression, records);
        Random random = new Random(seed);
        for (int i = 0; i < 25; i++) {
            int length = i < 8 ? whole.length - 1 - i : random.nextInt(whole.length);
            byte[] cut = Arrays.copyOf(whole, length);
            // white space behind the last line or bracket is all that may go
            boolean same = (format.equals("json") || format.equals("jsonl") || format.equals("csv"))
                    && compression == Compression.NONE
                    && length == whole.length - 1;
            String outcome = outcome(cut, records, FileReadOptions.strict());
            assertThat(outcome.equals("same"))
                    .as("%s of %s bytes: %s, seed %s", length, whole.length, outcome, seed)
                    .isEqualTo(same);
        }
    }

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void changedFilesAreErrorsOrReadAsTheyWere(String format, Compression compression) throws Exception {
        long seed = FileCases.seed();
        List<WholeRecord> records = FileCases.random(seed, RECORDS);
        byte[] whole = bytes(format, compression, records);
        Random random = new Random(seed);
        int errors = 0;
        int count = MUTATIONS / Compression.values().length;
        for (int i = 0; i < count; i++) {
            byte[] changed = Mutation.of(whole, random);
            errors += outcome(changed, records, FileReadOptions.strict()).equals("same") ? 0 : 1;
            skipping(changed, records, seed);
        }
        System.out.println(format + ", " + compression + ": " + errors + " of " + count + " changed files are errors");
        assertThat(errors).isGreaterThan(count / 2);
    }

    /** What is damaged is left out, and said. */
    private static void skipping(byte[] changed, List<WholeRecord> records, long seed) throws StoreException {
        DataFileReader opened;
        try {
            opened = open(changed, FileReadOptions.recovering());
        } catch (StoreException e) {
            assertThat(e.kind()).as("%s, seed %s", e.getMessage(), seed).isEqualTo(Kind.DAMAGED);
            return;
        }
        try (DataFileReader reader = opened) {
            List<WholeRecord> read = FileCases.read(reader);
            assertThat(reader.problems().count() > 0 || read.equals(records))
                    .as("seed %s", seed)
                    .isTrue();
        }
    }

    @Test
    void aFlippedBitOfABinaryFileCostsItsBlockAlone() throws Exception {
        long seed = FileCases.seed();
        List<WholeRecord> records = FileCases.random(seed, 1_000);
        byte[] whole = bytes("kvb", Compression.ZSTD, records);
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            try (DataFileReader reader = open(changed, FileReadOptions.recovering())) {
                List<WholeRecord> read = FileCases.read(reader);
                assertThat(reader.problems().count()).as("seed %s", seed).isPositive();
                assertThat(records).containsAll(read);
                assertThat(read.size()).isGreaterThan(records.size() / 4);
            } catch (StoreException e) {
                // the head: nobody can tell what the file is
                assertThat(e).hasMessageContaining("no format that is known");
            }
        }
    }

    private byte[] bytes(String format, Compression compression, List<WholeRecord> records) throws Exception {
        Path file = folder.resolve("file");
        FileCases.write(file, FileCases.options(format, compression), records);
        return Files.readAllBytes(file);
    }

    private static DataFileReader open(byte[] bytes, FileReadOptions options) throws StoreException {
        return FileCases.FORMATS.read(new ByteArrayInputStream(bytes), "file", options);
    }

    private static List<WholeRecord> read(byte[] bytes, FileReadOptions options) throws StoreException {
        try (DataFileReader reader = open(bytes, options)) {
            return FileCases.read(reader);
        }
    }

    /** @return "same", or what the error says */
    private static String outcome(byte[] bytes, List<WholeRecord> records, FileReadOptions options) {
        try {
            List<WholeRecord> read = read(bytes, options);
            return read.equals(records) ? "same" : fail("read without an error, and not what was written");
        } catch (StoreException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.DAMAGED);
            assertThat(e.getMessage()).startsWith("file").doesNotContain("\n");
            return e.getMessage();
        }
    }
}
