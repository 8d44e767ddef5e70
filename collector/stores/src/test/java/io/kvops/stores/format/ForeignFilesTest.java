package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files that people and other programs wrote. */
class ForeignFilesTest {
    private static final String LINES = """
            {"key":"a","type":"string","value":"1"}
            {"value":{"name":"Ada","age":"36"}, "type":"hash", "key":"user:1", "expiresAtMillis":4102444800000}
            {"key":"z","type":"zset","value":[["x",1.5],["y","-inf"]]}

            {"key":"l","type":"list","value":["\\u00e4","\\ud83d\\ude00",{"base64":"/w=="}]}
            """;

    @Test
    void linesOfOtherProgramsAreRead() throws Exception {
        List<WholeRecord> records = read(LINES, FileReadOptions.strict());
        assertThat(records)
                .containsExactly(
                        WholeRecord.string(Slice.of("a"), Slice.of("1")),
                        record(
                                "user:1",
                                RecordType.HASH,
                                4102444800000L,
                                new WholeRecord.Field(Slice.of("name"), Slice.of("Ada"), -1),
                                new WholeRecord.Field(Slice.of("age"), Slice.of("36"), -1)),
                        record(
                                "z",
                                RecordType.ZSET,
                                -1,
                                new WholeRecord.Scored(Slice.of("x"), 1.5),
                                new WholeRecord.Scored(Slice.of("y"), Double.NEGATIVE_INFINITY)),
                        record(
                                "l",
                                RecordType.LIST,
                                -1,
                                new WholeRecord.Item(Slice.of("\u00e4")),
                                new WholeRecord.Item(Slice.of("\ud83d\ude00")),
                                new WholeRecord.Item(Slice.of(new byte[] {-1}))));
    }

    @Test
    void theSameAsAnArray() throws Exception {
        String array = " [" + LINES.strip().replaceAll("\n+", ",\n") + "\n]\n";
        assertThat(read(array, FileReadOptions.strict())).isEqualTo(read(LINES, FileReadOptions.strict()));
        assertThat(read("\ufeff" + array, FileReadOptions.strict())).hasSize(4);
    }

    @Test
    void aBadLineFailsWithItsNumber() {
        String lines =
                "{\"key\":\"a\",\"type\":\"string\",\"value\":\"1\"}\n{\"key\":\"b\",\"type\":\"string\",\"value\":oops}\n";
        assertThatThrownBy(() -> read(lines, FileReadOptions.strict()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED))
                .hasMessageContaining("file, line 2: ")
                .hasMessageContaining("1 records before it are whole");
    }

    @Test
    void badLinesAreSkippedAndListed() throws Exception {
        String lines = "{\"key\":\"a\",\"type\":\"string\",\"value\":\"1\"}\nnot json\n"
                + "{\"key\":\"b\",\"type\":\"sting\",\"value\":\"1\"}\n{\"key\":\"c\",\"type\":\"string\",\"value\":\"3\"}\n";
        try (DataFileReader reader = open("\n" + lines, FileReadOptions.recovering())) {
            assertThat(FileCases.read(reader)).extracting(r -> r.key().toText()).containsExactly("a", "c");
            assertThat(reader.problems().listed()).extracting(Problem::place).containsExactly("line 3", "line 4");
            assertThat(reader.problems().listed().get(1).what()).contains("unknown type");
        }
    }

    @Test
    void aTypoInANameIsNoSilentLoss() {
        assertThatThrownBy(() -> read(
                        "{\"key\":\"a\",\"type\":\"string\",\"value\":\"1\",\"ttl\":5}\n", FileReadOptions.strict()))
                .hasMessageContaining("unknown name");
    }

    @Test
    void tablesOfOtherProgramsAreRead() throws Exception {
        assertThat(read("key,value\na,1\n\"b,\"\"\",\"x\ny\"\n", FileReadOptions.strict()))
                .containsExactly(
                        WholeRecord.string(Slice.of("a"), Slice.of("1")),
                        WholeRecord.string(Slice.of("b,\""), Slice.of("x\ny")));
        assertThat(read("\ufeffKey,Name,Value\r\nu,name,Ada\r\nu,age,36\r\nv,name,Bob\r\n", FileReadOptions.strict()))
                .extracting(WholeRecord::elements)
                .extracting(List::size)
                .containsExactly(2, 1);
        assertThat(read("key,type,number,value\nz,zset,1,a\nz,,2,b\n", FileReadOptions.strict())
                        .get(0)
                        .elements())
                .containsExactly(new WholeRecord.Scored(Slice.of("a"), 1), new WholeRecord.Scored(Slice.of("b"), 2));
    }

    @Test
    void whatIsNoFormatSaysSo() {
        for (String text : new String[] {"", "hello", "a,b\n1,2\n", "\0\0\0\0", "<xml/>"}) {
            assertThatThrownBy(() -> read(text, FileReadOptions.strict()))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED));
        }
    }

    private static WholeRecord record(String key, RecordType type, long expiry, WholeRecord.Element... elements) {
        return WholeRecord.of(new RecordHeader(Slice.of(key), type, expiry, Map.of()), List.of(elements));
    }

    private static DataFileReader open(String text, FileReadOptions options) throws StoreException {
        return FileCases.FORMATS.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "file", options);
    }

    private static List<WholeRecord> read(String text, FileReadOptions options) throws StoreException {
        try (DataFileReader reader = open(text, options)) {
            return FileCases.read(reader);
        }
    }
}
