package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How fast files are written and read: a row for each format, on one thread, of about 200 bytes a record. */
@EnabledIfSystemProperty(named = "kvops.proof", matches = "true")
class FormatSpeedTest {
    private static final int DIFFERENT = 10_000;
    private static final int ROUNDS = 100;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "jsonl,NONE",
        "json,NONE",
        "csv,NONE",
        "kvb,NONE",
        "protobuf,NONE",
        "msgpack,NONE",
        "jsonl,GZIP",
        "jsonl,ZSTD",
        "jsonl,LZ4",
        "jsonl,SNAPPY",
        "kvb,GZIP",
        "kvb,ZSTD",
        "kvb,LZ4",
        "kvb,SNAPPY"
    })
    void aMillionMixedRecords(String format, Compression compression) throws Exception {
        List<WholeRecord> records = mixed();
        Path file = folder.resolve("file");
        long before = System.nanoTime();
        long bytes = write(file, format, compression, records, ROUNDS);
        long written = System.nanoTime();
        Count count = new Count();
        try (DataFileReader reader = FileCases.FORMATS.open(file, FileReadOptions.strict())) {
            while (reader.next(count)) {
                // it is counted
            }
        }
        long read = System.nanoTime();
        assertThat(count.records).isEqualTo((long) DIFFERENT * ROUNDS);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d MB | %d k/s | %d k/s |%n",
                format,
                compression.label(),
                bytes / 1_000_000,
                count.records * 1_000_000 / (written - before),
                count.records * 1_000_000 / (read - written));
        Files.delete(file);
    }

    private static long write(Path file, String format, Compression compression, List<WholeRecord> records, int rounds)
            throws Exception {
        try (DataFileWriter writer = FileCases.FORMATS.create(file, FileCases.options(format, compression))) {
            for (int i = 0; i < rounds; i++) {
                for (WholeRecord record : records) {
                    record.writeTo(writer);
                }
            }
            return writer.finish().bytes();
        }
    }

    /** 70 % strings, 10 % hashes, the rest lists, sets, sorted sets and streams; 7 % expire. */
    private static List<WholeRecord> mixed() {
        Random random = new Random(1);
        List<WholeRecord> records = new ArrayList<>();
        for (int i = 0; i < DIFFERENT; i++) {
            RecordType type = i % 10 < 7 ? RecordType.STRING : i % 10 == 7 ? RecordType.HASH : other(i);
            long expiry = i % 100 < 7 ? 4_102_444_800_000L + i : RecordHeader.NO_EXPIRY;
            RecordHeader header = RecordHeader.of(Slice.of("shop:" + type + ":" + random.nextInt()), type, expiry);
            records.add(WholeRecord.of(header, elements(type, random)));
        }
        return records;
    }

    private static RecordType other(int i) {
        return switch (i / 10 % 4) {
            case 0 -> RecordType.LIST;
            case 1 -> RecordType.SET;
            case 2 -> RecordType.ZSET;
            default -> RecordType.STREAM;
        };
    }

    private static List<WholeRecord.Element> elements(RecordType type, Random random) {
        List<WholeRecord.Element> elements = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Slice text = Slice.of("member-" + random.nextInt());
            switch (type) {
                case HASH -> elements.add(new WholeRecord.Field(Slice.of("field-" + i), text, -1));
                case LIST -> elements.add(new WholeRecord.Item(text));
                case SET -> elements.add(new WholeRecord.Member(text));
                case ZSET -> elements.add(new WholeRecord.Scored(text, random.nextInt(1_000) / 4.0));
                case STREAM ->
                    elements.add(new WholeRecord.Entry(new StreamId(1_000 + i, 0), List.of(Slice.of("name"), text)));
                default -> {
                    elements.add(new WholeRecord.Chunk(Slice.of("x".repeat(80) + random.nextLong() + "y".repeat(50))));
                    return elements;
                }
            }
        }
        if (type == RecordType.STREAM) {
            elements.add(new WholeRecord.State(new StreamId(1_009, 0), 10, StreamId.ZERO));
        }
        return elements;
    }

    private static final class Count implements RecordSink {
        private long records;

        @Override
        public void begin(RecordHeader header) {
            // the end is counted
        }

        @Override
        public void chunk(Slice bytes) {
            // its time is what matters
        }

        @Override
        public void field(Slice name, Slice value, long expiresAtMillis) {
            // its time is what matters
        }

        @Override
        public void item(Slice value) {
            // its time is what matters
        }

        @Override
        public void member(Slice member) {
            // its time is what matters
        }

        @Override
        public void scored(Slice member, double score) {
            // its time is what matters
        }

        @Override
        public void entry(StreamId id, List<Slice> namesAndValues) {
            // its time is what matters
        }

        @Override
        public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) {
            // its time is what matters
        }

        @Override
        public void end() {
            records++;
        }

        @Override
        public void abort() {
            throw new AssertionError("nothing was aborted");
        }
    }
}
