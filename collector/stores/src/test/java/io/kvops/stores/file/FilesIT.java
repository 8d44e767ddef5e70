package io.kvops.stores.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreException;
import io.kvops.stores.testing.Addresses;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesIT {
    @Test
    @DisplayName("the gauges of an LMDB file that another process has open are what lmdbjava says there")
    void lmdb_openElsewhere_equalsWhatTheLibrarySays(@TempDir Path dir) throws Exception {
        try (Writer writer = Writer.start("lmdb", dir)) {
            Map<String, Double> own = writer.figures();
            Measurement found = Addresses.measure("lmdb:" + dir);

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(own).hasSizeGreaterThan(8);
            assertThat(found.values()).containsAllEntriesOf(own);
            assertThat(found.values().get("storage.used.bytes"))
                    .isEqualTo(own.get("lmdb.pages.used.count") * own.get("lmdb.page.bytes"));
            writer.writeMore();
            Measurement later = Addresses.measure("lmdb:" + dir);
            assertThat(later.values())
                    .containsEntry("lmdb.transactions.count.total", own.get("lmdb.transactions.count.total") + 1)
                    .containsEntry("keys.count", own.get("keys.count") + 1)
                    .containsEntry("lmdb.readers.lag.count", 1.0);
        }
    }

    @Test
    @DisplayName("an MVStore file that another process has open and locked is measured, and not changed")
    void mvstore_openElsewhere_isMeasured(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("store.mv.db");
        try (Writer writer = Writer.start("mvstore", file)) {
            Map<String, Double> own = writer.figures();
            byte[] before = Files.readAllBytes(file);

            Measurement found = Addresses.measure("mvstore:" + file);

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.values()).containsAllEntriesOf(own);
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            assertThatThrownBy(() -> MVStore.open(file.toString())).hasMessageContaining("locked");
            writer.writeMore();
            assertThat(Addresses.measure("mvstore:" + file).values().get("mvstore.commits.count.total"))
                    .isGreaterThan(own.get("mvstore.commits.count.total"));
        }
    }

    @Test
    void mvstore_openInThisProcess_isLeftAlone(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("own.mv");
        try (MVStore store = MVStore.open(file.toString())) {
            store.openMap("m").put("k", "v");
            store.commit();
            assertThatThrownBy(() -> Addresses.measure("mvstore:" + file))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("open in this process");
        }
        assertThat(Addresses.measure("mvstore:" + file).state()).isEqualTo(State.UP);
    }

    @Test
    void files_thatAreSomethingElse_areSaidSo(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[10_000]);
        assertThatThrownBy(() -> Addresses.measure("mvstore:" + file)).hasMessageContaining("is no MVStore file");
        assertThatThrownBy(() -> Addresses.measure("lmdb:" + file)).hasMessageContaining("is no LMDB");
        Files.write(file, new byte[10]);
        assertThatThrownBy(() -> Addresses.measure("mvstore:" + file)).hasMessageContaining("is no MVStore file");
        assertThatThrownBy(() -> Addresses.measure("lmdb:" + file)).hasMessageContaining("too short");
        assertThatThrownBy(() -> Addresses.measure("lmdb:" + dir.resolve("absent")))
                .hasMessageContaining("can't be read");
    }

    /** {@link FileWriter} in a JVM of its own. */
    private static final class Writer implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        private Writer(Process process) {
            this.process = process;
            this.out = new BufferedReader(new InputStreamReader(process.getInputStream()));
        }

        static Writer start(String kind, Path path) throws Exception {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FileWriter.class.getName(),
                    kind,
                    path.toString()));
            return new Writer(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        Map<String, Double> figures() throws Exception {
            Map<String, Double> figures = new TreeMap<>();
            String line;
            while ((line = out.readLine()) != null && !line.equals("done")) {
                String[] words = line.split(" ");
                figures.put(words[0], Double.parseDouble(words[1]));
            }
            assertThat(line).isEqualTo("done");
            return figures;
        }

        void writeMore() throws Exception {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(out.readLine()).isEqualTo("more");
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
