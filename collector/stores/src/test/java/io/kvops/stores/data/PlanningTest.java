package io.kvops.stores.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looking at a target leaves its folder as it is. */
class PlanningTest {
    private static final DataStores STORES = DataStores.load();

    @TempDir
    private Path dir;

    private static DataStore plan(String address) throws StoreException {
        return STORES.openToPlan(StoreAddress.parse(address), OpenOptions.toWrite());
    }

    /** Names, and what files hold. */
    private Map<String, String> tree() throws Exception {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.toList()) {
                byte[] bytes = Files.isRegularFile(path) ? Files.readAllBytes(path) : new byte[0];
                found.put(path.toString(), bytes.length + " " + Arrays.hashCode(bytes));
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({"rocksdb,cf", "lmdb,db", "mvstore,map"})
    void aTargetThatIsNotThereIsPlannedForAndNotMade(String scheme, String name) throws Exception {
        String address = scheme + ":" + dir.resolve("folder/target");
        Capabilities can;
        try (DataStore absent = plan(address)) {
            assertThat(absent).isInstanceOf(AbsentStore.class);
            assertThat(absent.describe().kind()).isEqualTo(scheme);
            assertThat(absent.size()).isEqualTo(new DataSize(0, 0, true));
            assertThatThrownBy(() -> absent.writer(WriteOptions.REPLACE)).isInstanceOf(StoreException.class);
            can = absent.capabilities();
        }
        assertThat(dir).isEmptyDirectory();

        Files.createDirectory(dir.resolve("folder"));
        WholeRecord record = WholeRecord.string(Slice.of("key"), Slice.of("value"));
        try (DataStore store = STORES.open(StoreAddress.parse(address), OpenOptions.toWrite())) {
            assertThat(store.capabilities()).isEqualTo(can);
            try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
                record.writeTo(writer);
                writer.flush();
            }
        }
        // LMDB's readers register in it while it is there
        if (scheme.equals("lmdb")) {
            Files.delete(dir.resolve("folder/target/lock.mdb"));
        }
        Map<String, String> before = tree();
        try (DataStore there = plan(address)) {
            assertThat(there).isNotInstanceOf(AbsentStore.class);
            assertThat(there.size().records()).isEqualTo(1);
        }
        try (DataStore other = plan(address + "?" + name + "=other")) {
            assertThat(other).isInstanceOf(AbsentStore.class);
        }
        assertThat(tree()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"rocksdb", "lmdb", "mvstore"})
    void aTargetThatCanNotBeMadeIsSaid(String scheme) throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        assertThatThrownBy(() -> plan(scheme + ":" + file.resolve("target")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file + " is no folder");
    }
}
