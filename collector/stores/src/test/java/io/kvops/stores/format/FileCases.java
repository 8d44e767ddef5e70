package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.testing.RandomRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Records that formats find hard, and files of them. */
final class FileCases {
    static final DataFormats FORMATS = DataFormats.load();
    static final List<String> NAMES = List.of("jsonl", "json", "csv", "kvb", "protobuf", "msgpack");
    private static final long PAST = 1;
    private static final int MAX_BYTES = 64 << 20;

    private FileCases() {}

    /** Every format with every compression. */
    static Stream<Arguments> all() {
        return NAMES.stream().flatMap(n -> Stream.of(Compression.values()).map(c -> Arguments.of(n, c)));
    }

    static long seed() {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("files: -Dkvops.seed=" + seed);
        return seed;
    }

    static FileWriteOptions options(String format, Compression compression) {
        return FileWriteOptions.BY_NAME.withFormat(format).withCompression(compression);
    }

    static List<WholeRecord> random(long seed, int count) {
        return new ArrayList<>(new RandomRecords(seed, EnumSet.allOf(RecordType.class))
                .fieldExpiry(true)
                .metadata(Set.of("db", "flags", "encoding"))
                .records(count)
                .values());
    }

    /** What a generator of random records seldom makes. */
    static List<WholeRecord> hard() {
        List<WholeRecord> records = new ArrayList<>();
        for (RecordType type : RecordType.values()) {
            boolean chunks = type == RecordType.STRING || type == RecordType.OPAQUE;
            records.add(
                    chunks
                            ? record("empty-" + type, type, -1, new WholeRecord.Chunk(Slice.of("")))
                            : record("empty-" + type, type, -1));
        }
        records.add(record("", RecordType.STRING, 0, new WholeRecord.Chunk(Slice.of("no key, expired in 1970"))));
        records.add(record("past", RecordType.STRING, PAST, new WholeRecord.Chunk(Slice.of(""))));
        records.add(record("far", RecordType.STRING, Long.MAX_VALUE, new WholeRecord.Chunk(Slice.of("base64:AAAA"))));
        records.add(record("{\"base64\":\"AAAA\"}", RecordType.STRING, 1, new WholeRecord.Chunk(Slice.of("base64:"))));
        records.add(record(" \" ,\r\n' ", RecordType.LIST, -1, items()));
        records.add(record("scores", RecordType.ZSET, -1, scores()));
        records.add(record(
                "fields",
                RecordType.HASH,
                5,
                new WholeRecord.Field(Slice.of(""), Slice.of(""), 0),
                new WholeRecord.Field(Slice.of("\0"), Slice.of("\u007f"), Long.MAX_VALUE),
                new WholeRecord.Field(Slice.of(new byte[] {-1, -2}), Slice.of(new byte[] {(byte) 0xc3}), 7)));
        records.add(stream());
        records.add(
                new WholeRecordBuilder(Map.of("encoding", "redis.dump", "\u00e4 \"\\\n", "", "x", "y,\"z\"")).opaque());
        return records;
    }

    private record WholeRecordBuilder(Map<String, String> metadata) {
        WholeRecord opaque() {
            byte[] value = new byte[300];
            for (int i = 0; i < value.length; i++) {
                value[i] = (byte) i;
            }
            RecordHeader header = new RecordHeader(Slice.of(new byte[] {0, -1}), RecordType.OPAQUE, 9, metadata);
            return WholeRecord.of(header, List.of(new WholeRecord.Chunk(Slice.of(value))));
        }
    }

    private static WholeRecord record(String key, RecordType type, long expiry, WholeRecord.Element... elements) {
        return WholeRecord.of(RecordHeader.of(Slice.of(key), type, expiry), List.of(elements));
    }

    private static WholeRecord.Element[] items() {
        List<WholeRecord.Element> items = new ArrayList<>();
        for (String text : List.of(
                "", " ", "a", "\"", "\"\"", ",", "\n", "\r\n", "\t", "null", "\\u0000", "'", "\ufeff", "=1+1")) {
            items.add(new WholeRecord.Item(Slice.of(text)));
        }
        for (int b = 0; b < 256; b++) {
            items.add(new WholeRecord.Item(Slice.of(new byte[] {(byte) b})));
        }
        return items.toArray(WholeRecord.Element[]::new);
    }

    private static WholeRecord.Element[] scores() {
        double[] scores = {
            0.0,
            -0.0,
            1,
            -1,
            Double.NaN,
            Double.MIN_VALUE,
            -Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0.1,
            1e22,
            9007199254740993.0,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            1.0E-300
        };
        WholeRecord.Element[] elements = new WholeRecord.Element[scores.length];
        for (int i = 0; i < scores.length; i++) {
            elements[i] = new WholeRecord.Scored(Slice.of("m" + i), scores[i]);
        }
        return elements;
    }

    private static WholeRecord stream() {
        StreamId last = new StreamId(-1, -1);
        return record(
                "stream",
                RecordType.STREAM,
                -1,
                new WholeRecord.Entry(new StreamId(0, 1), List.of(Slice.of(""), Slice.of(""))),
                new WholeRecord.Entry(
                        new StreamId(Long.MIN_VALUE, 0), List.of(Slice.of("a"), Slice.of(new byte[] {-1}))),
                new WholeRecord.Entry(last, List.of()),
                new WholeRecord.State(last, Long.MAX_VALUE, new StreamId(-1, 7)),
                new WholeRecord.Group(Slice.of(""), StreamId.ZERO, -1),
                new WholeRecord.Group(Slice.of(new byte[] {0, -128}), last, 3),
                new WholeRecord.Consumer(Slice.of("")),
                new WholeRecord.Consumer(Slice.of("c,\"")),
                new WholeRecord.Pending(new StreamId(0, 1), Slice.of("c,\""), 0, 0),
                new WholeRecord.Pending(last, Slice.of(""), Long.MAX_VALUE, Long.MAX_VALUE));
    }

    static DataFile write(Path file, FileWriteOptions options, List<WholeRecord> records) throws StoreException {
        try (DataFileWriter writer = FORMATS.create(file, options)) {
            for (WholeRecord record : records) {
                record.writeTo(writer);
            }
            return writer.finish();
        }
    }

    static List<WholeRecord> read(Path file, FileReadOptions options) throws StoreException {
        try (DataFileReader reader = FORMATS.open(file, options)) {
            return read(reader);
        }
    }

    static List<WholeRecord> read(DataFileReader reader) throws StoreException {
        List<WholeRecord> found = new ArrayList<>();
        RecordCollector collector = new RecordCollector(MAX_BYTES, found::add);
        while (reader.next(collector)) {
            // the collector has it
        }
        return found;
    }
}
