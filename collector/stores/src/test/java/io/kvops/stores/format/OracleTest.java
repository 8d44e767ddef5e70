package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.format.proto.KvopsRecords;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/** Libraries of others read the files, and find the records in them that are there. */
class OracleTest {
    private static final int RECORDS = 200;

    @TempDir
    Path folder;

    @Test
    void everyLineIsJson() throws Exception {
        List<WholeRecord> records = records();
        int ends = 0;
        for (String line : Files.readAllLines(write("jsonl", records))) {
            JsonNode object = new ObjectMapper().readTree(line);
            ends += isEnd(object.has("value"), object.has("more"), object.has("void")) ? 1 : 0;
        }
        assertThat(ends).isEqualTo(records.size());
    }

    @Test
    void theArrayIsJson() throws Exception {
        List<WholeRecord> records = records();
        JsonNode array = new ObjectMapper().readTree(write("json", records).toFile());
        assertThat(array.get(array.size() - 1).at("/end/records").asInt()).isEqualTo(records.size());
    }

    @Test
    void rowsHaveTheirColumns() throws Exception {
        List<WholeRecord> records = records();
        long ends = 0;
        Path file = write("csv", records);
        try (var rows = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (var row : rows) {
                assertThat(row.getFieldCount()).isEqualTo(11);
                ends += "WE".contains(row.getField("kvops_v1")) ? 1 : 0;
            }
        }
        assertThat(ends).isEqualTo(records.size());
    }

    @Test
    void messagesAreOfThePublishedSchema() throws Exception {
        List<WholeRecord> records = records();
        int ends = 0;
        int elements = 0;
        try (InputStream in = Files.newInputStream(write("protobuf", records))) {
            for (var entry = KvopsRecords.Entry.parseDelimitedFrom(in);
                    entry != null;
                    entry = KvopsRecords.Entry.parseDelimitedFrom(in)) {
                assertThat(entry.getUnknownFields().asMap()).isEmpty();
                if (entry.hasPiece()) {
                    ends += entry.getPiece().getMore() ? 0 : 1;
                    elements += entry.getPiece().getElementsCount();
                    assertThat(entry.getPiece().getElementsList())
                            .noneMatch(e -> e.getElementCase() == KvopsRecords.Element.ElementCase.ELEMENT_NOT_SET);
                }
                if (entry.hasEnd()) {
                    assertThat(entry.getEnd().getRecords()).isEqualTo(records.size());
                }
            }
        }
        assertThat(ends).isEqualTo(records.size());
        assertThat(elements)
                .isEqualTo(records.stream().mapToInt(r -> r.elements().size()).sum());
    }

    @Test
    void mapsAreMessagePack() throws Exception {
        List<WholeRecord> records = records();
        int ends = 0;
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(Files.newInputStream(write("msgpack", records)))) {
            while (in.hasNext()) {
                var names = in.unpackValue().asMapValue().map().keySet().stream()
                        .map(Value::toString)
                        .toList();
                ends += isEnd(names.contains("value"), names.contains("more"), names.contains("void")) ? 1 : 0;
            }
        }
        assertThat(ends).isEqualTo(records.size());
    }

    private static boolean isEnd(boolean value, boolean more, boolean empty) {
        return value && !more && !empty;
    }

    private static List<WholeRecord> records() {
        List<WholeRecord> records = FileCases.random(FileCases.seed(), RECORDS);
        records.addAll(FileCases.hard());
        return records;
    }

    private Path write(String format, List<WholeRecord> records) throws Exception {
        Path file = folder.resolve("file." + format);
        FileCases.write(file, FileCases.options(format, Compression.NONE), records);
        return file;
    }
}
