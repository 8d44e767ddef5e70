package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example and the lines of FORMATS.md. */
class FilesReadmeTest {
    @TempDir
    Path folder;

    @Test
    void theExampleRuns() throws Exception {
        DataFormats formats = DataFormats.load();
        try (DataFileWriter writer = formats.create(folder.resolve("dump.jsonl.zst"), FileWriteOptions.BY_NAME)) {
            writer.begin(RecordHeader.of(Slice.of("user:1"), RecordType.HASH, 4_102_444_800_000L));
            writer.field(Slice.of("name"), Slice.of("Ada"), RecordHeader.NO_EXPIRY);
            writer.end();
            System.out.println(writer.finish());
        }
        try (DataFileReader reader = formats.open(folder.resolve("dump.jsonl.zst"), FileReadOptions.strict())) {
            while (reader.next(new RecordCollector(1 << 20, System.out::println))) {
                // one after the other
            }
            assertThat(reader.records()).isEqualTo(1);
        }
    }

    /** All but the checksum, which the lines themselves make. */
    @Test
    void theLinesAreRead() throws Exception {
        String text = Files.readString(Path.of("FORMATS.md"));
        String lines = text.substring(text.indexOf("{\"kvops\""), text.indexOf("```", text.indexOf("{\"kvops\"")));
        Path file = folder.resolve("lines");
        Files.writeString(file, lines);
        try (DataFileReader reader = FileCases.FORMATS.open(file, FileReadOptions.recovering())) {
            assertThat(FileCases.read(reader)).hasSize(5);
            assertThat(reader.problems().listed()).extracting(Problem::what).allMatch(w -> w.contains("checksum"));
        }
    }
}
