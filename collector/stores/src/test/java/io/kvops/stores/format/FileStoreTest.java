package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as stores that are read. */
class FileStoreTest {
    private static final int MAX_BYTES = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void aBinaryFileIsReadInPartsThatAreItsRecords() throws Exception {
        List<WholeRecord> records = FileCases.random(FileCases.seed(), 2_000);
        Path file = folder.resolve("dump.kvb");
        FileCases.write(file, FileWriteOptions.BY_NAME.withCompression(Compression.LZ4), records);
        try (DataStore store = open(file)) {
            assertThat(store.size().records()).isEqualTo(records.size());
            assertThat(store.size().exact()).isTrue();
            List<ScanPart> parts = store.split(3);
            assertThat(parts).hasSize(3);
            List<WholeRecord> read = new ArrayList<>();
            for (ScanPart part : parts) {
                read.addAll(read(store, part));
            }
            assertThat(read).isEqualTo(records);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.kvb", "dump.jsonl.gz"})
    void aScanGoesOnWhereItWasLeft(String name) throws Exception {
        List<WholeRecord> records = FileCases.random(FileCases.seed(), 500);
        Path file = folder.resolve(name);
        FileCases.write(file, FileWriteOptions.BY_NAME, records);
        List<WholeRecord> read = new ArrayList<>();
        try (DataStore store = open(file)) {
            for (ScanPart part : store.split(2)) {
                ScanPart rest = part;
                for (boolean more = true; more; ) {
                    try (RecordReader reader = store.scan(rest, ReadOptions.ALL)) {
                        RecordCollector collector = new RecordCollector(MAX_BYTES, read::add);
                        for (int i = 0; i < 70 && more; i++) {
                            more = reader.next(collector);
                        }
                        rest = reader.rest();
                    }
                }
            }
        }
        assertThat(read).isEqualTo(records);
    }

    @Test
    void keysThatAreNotWantedArePassedOver() throws Exception {
        List<WholeRecord> records = FileCases.random(FileCases.seed(), 100);
        Path file = folder.resolve("dump.csv");
        FileCases.write(file, FileWriteOptions.BY_NAME, records);
        List<WholeRecord> read = new ArrayList<>();
        try (DataStore store = open(file);
                RecordReader reader = store.scan(
                        store.split(1).get(0),
                        ReadOptions.ALL.withKeys(k -> k.equals(records.get(7).key())))) {
            RecordCollector collector = new RecordCollector(MAX_BYTES, read::add);
            while (reader.next(collector)) {
                // the collector has it
            }
        }
        assertThat(read).containsExactly(records.get(7));
    }

    @Test
    void partsAreReadByTheirManifest() throws Exception {
        List<WholeRecord> records = FileCases.random(FileCases.seed(), 90);
        Path file = folder.resolve("dump.msgpack.zst");
        List<DataFile> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Path part = Manifest.part(file, i + 1);
            parts.add(FileCases.write(part, FileWriteOptions.BY_NAME, records.subList(30 * i, 30 * i + 30)));
        }
        assertThat(parts.get(0).name()).isEqualTo("dump.part-00001.msgpack.zst");
        Manifest manifest = new Manifest(parts);
        manifest.write(file);
        assertThat(Manifest.read(Manifest.path(file))).isEqualTo(manifest);
        assertThat(manifest.verify(folder)).isEmpty();
        for (Path name : List.of(file, Manifest.path(file))) {
            try (DataStore store = open(name)) {
                assertThat(store.size().records()).isEqualTo(90);
                List<WholeRecord> read = new ArrayList<>();
                for (ScanPart part : store.split(3)) {
                    read.addAll(read(store, part));
                }
                assertThat(read).isEqualTo(records);
            }
        }
        Path second = folder.resolve(parts.get(1).name());
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length / 2] ^= 1;
        Files.write(second, bytes);
        assertThat(manifest.verify(folder))
                .extracting(Problem::place)
                .containsExactly(parts.get(1).name());
        Files.write(second, new byte[10]);
        assertThat(manifest.verify(folder).get(0).what()).contains("has 10 bytes");
        assertThatThrownBy(() -> open(file)).hasMessageContaining("as its manifest says");
    }

    @Test
    void aManifestThatSpeaksOfOtherFoldersIsRefused() throws Exception {
        Path manifest = folder.resolve("x.manifest.json");
        for (String name : List.of("../x", "/etc/passwd", "..", "a\\\\b")) {
            Files.writeString(
                    manifest,
                    "{\"kvops\":\"manifest\",\"version\":1,\"records\":0,\"parts\":[{\"file\":\"" + name
                            + "\",\"format\":\"jsonl\",\"compression\":\"none\",\"records\":0,\"bytes\":1,"
                            + "\"crc32c\":\"00000000\"}]}");
            assertThatThrownBy(() -> Manifest.read(manifest)).hasMessageContaining("not a plain name");
        }
        Files.writeString(manifest, "{\"kvops\":\"manifest\",\"version\":1,\"records\":0,\"parts\":[]}");
        assertThatThrownBy(() -> Manifest.read(manifest))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED));
    }

    @Test
    void aFileIsNotWrittenAsAStore() throws Exception {
        Path file = folder.resolve("dump.json");
        FileCases.write(file, FileWriteOptions.BY_NAME, List.of());
        try (DataStore store = open(file)) {
            assertThatThrownBy(() -> store.writer(WriteOptions.REPLACE))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
            assertThat(store.capabilities().writable()).isFalse();
        }
    }

    @Test
    void aFileThatIsBeingWrittenIsNotWrittenTwice() throws Exception {
        Path file = folder.resolve("dump.jsonl");
        try (DataFileWriter first = FileCases.FORMATS.create(file, FileWriteOptions.BY_NAME)) {
            assertThatThrownBy(() -> FileCases.FORMATS.create(file, FileWriteOptions.BY_NAME))
                    .hasMessageContaining("is being written already");
            first.discard();
        }
        assertThat(folder.toFile().list()).isEmpty();
        assertThatThrownBy(() -> open(file))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
    }

    private static DataStore open(Path file) throws StoreException {
        return DataStores.load().open(StoreAddress.parse(file.toString()), OpenOptions.toRead());
    }

    private static List<WholeRecord> read(DataStore store, ScanPart part) throws StoreException {
        List<WholeRecord> found = new ArrayList<>();
        try (RecordReader reader = store.scan(part, ReadOptions.ALL)) {
            RecordCollector collector = new RecordCollector(MAX_BYTES, found::add);
            while (reader.next(collector)) {
                // the collector has it
            }
        }
        return found;
    }
}
