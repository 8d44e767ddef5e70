package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.Slice;
import io.kvops.stores.format.FileStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RereadTest {
    @Test
    void keyThatAFileHasTwice_hidesNoOther(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("twice.jsonl");
        Files.writeString(file, """
                {"key":"a","type":"string","value":"1"}
                {"key":"a","type":"string","value":"2"}
                {"key":"b","type":"string","value":"3"}
                {"key":"c","type":"string","value":"4"}
                """);
        List<String> found = new ArrayList<>();
        try (DataStore store = new FileStores().open(StoreAddress.parse(file.toString()), OpenOptions.toRead())) {
            new Reread(store, store.split(1).get(0).text())
                    .read(
                            List.of(Slice.of("a"), Slice.of("b")),
                            new RecordCollector(1_000, r -> found.add(r.key().toText())));
        }
        assertThat(found).containsExactly("a", "a", "b");
    }
}
