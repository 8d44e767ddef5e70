package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small file does not become a large one without a bound. */
class BombTest {
    private static final int CHUNKS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void whatBecomesTooLargeIsRefused(String format, Compression compression) throws Exception {
        Path file = folder.resolve("bomb");
        byte[] zeros = " ".repeat(1 << 16).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (DataFileWriter writer = FileCases.FORMATS.create(file, FileCases.options(format, compression))) {
            writer.begin(RecordHeader.of(Slice.of("zeros"), RecordType.STRING, -1));
            for (int i = 0; i < CHUNKS; i++) {
                writer.chunk(Slice.of(zeros));
            }
            writer.end();
            writer.finish();
        }
        if (compression == Compression.NONE && !format.equals("kvb")) {
            return;
        }
        ReadLimits limits = new ReadLimits(1 << 20, 1_000, 1 << 30, 2_000_000);
        assertThatThrownBy(() -> FileCases.read(file, new FileReadOptions(FileReadOptions.Damage.FAIL, limits)))
                .hasMessageContaining("maxContentBytes");
        // not even where damage is left out
        try (DataFileReader reader =
                FileCases.FORMATS.open(file, new FileReadOptions(FileReadOptions.Damage.SKIP, limits))) {
            FileCases.read(reader);
            assertThat(reader.problems().listed().toString()).contains("maxContentBytes");
        }
    }
}
