package io.kvops.stores.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read again, by every format through every compression. */
class RoundTripTest {
    private static final int RANDOM = 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void recordsAreReadAsTheyWereWritten(String format, Compression compression) throws Exception {
        long seed = FileCases.seed();
        List<WholeRecord> records = FileCases.hard();
        records.addAll(FileCases.random(seed, RANDOM));
        // the content decides: the name is wrong
        Path file = folder.resolve("wrong.csv.gz");
        DataFile written = FileCases.write(file, FileCases.options(format, compression), records);
        assertThat(written.records()).isEqualTo(records.size());
        assertThat(written.bytes()).isEqualTo(Files.size(file));
        byte[] bytes = Files.readAllBytes(file);
        assertThat(written.crc32c()).isEqualTo(KvbLayout.crc(bytes, 0, bytes.length));
        try (DataFileReader reader = FileCases.FORMATS.open(file, FileReadOptions.strict())) {
            assertThat(reader.format().name()).isEqualTo(format);
            List<WholeRecord> read = FileCases.read(reader);
            for (int i = 0; i < Math.min(read.size(), records.size()); i++) {
                assertThat(read.get(i).header())
                        .as("seed %s", seed)
                        .isEqualTo(records.get(i).header());
                assertThat(read.get(i).elements())
                        .as("%s, seed %s", read.get(i).header(), seed)
                        .isEqualTo(records.get(i).elements());
            }
            assertThat(read).hasSameSizeAs(records);
            assertThat(reader.problems().count()).isZero();
        }
        assertThat(folder.toFile().list()).containsExactly("wrong.csv.gz");
    }

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void noRecordsAreAFileToo(String format, Compression compression) throws Exception {
        Path file = folder.resolve("none");
        FileCases.write(file, FileCases.options(format, compression), List.of());
        assertThat(FileCases.read(file, FileReadOptions.strict())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void aWriterGoesOnBehindItsCheckpoint(String format, Compression compression) throws Exception {
        long seed = FileCases.seed();
        List<WholeRecord> records = FileCases.random(seed, RANDOM);
        Random random = new Random(seed);
        Path file = folder.resolve("resumed");
        int done = 0;
        String checkpoint = "";
        while (done < records.size()) {
            try (DataFileWriter writer = checkpoint.isEmpty()
                    ? FileCases.FORMATS.create(file, FileCases.options(format, compression))
                    : FileCases.FORMATS.resume(file, checkpoint)) {
                assertThat(writer.records()).isEqualTo(done);
                int until = Math.min(records.size(), done + random.nextInt(100));
                for (; done < until; done++) {
                    records.get(done).writeTo(writer);
                }
                checkpoint = writer.checkpoint().orElseThrow();
                // what is written behind it is lost with the process
                int more = random.nextInt(5);
                for (int i = 0; i < more; i++) {
                    records.get(i).writeTo(writer);
                }
            }
            assertThat(file).doesNotExist();
        }
        try (DataFileWriter writer = FileCases.FORMATS.resume(file, checkpoint)) {
            assertThat(writer.finish().records()).isEqualTo(records.size());
        }
        assertThat(FileCases.read(file, FileReadOptions.strict()))
                .as("seed %s", seed)
                .isEqualTo(records);
    }

    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void recordsThatVanishedLeaveNothing(String format, Compression compression) throws Exception {
        Path file = folder.resolve("aborted");
        List<WholeRecord> kept = List.of(
                WholeRecord.string(Slice.of("a"), Slice.of("1")),
                WholeRecord.string(Slice.of("b"), Slice.of("2")),
                WholeRecord.string(Slice.of("c"), Slice.of("3")));
        try (DataFileWriter writer = FileCases.FORMATS.create(file, FileCases.options(format, compression))) {
            kept.get(0).writeTo(writer);
            for (int chunks : new int[] {0, 1, 40}) {
                writer.begin(RecordHeader.of(Slice.of("gone"), RecordType.STRING, -1));
                for (int i = 0; i < chunks; i++) {
                    writer.chunk(Slice.of(new byte[20_000]));
                }
                writer.abort();
            }
            kept.get(1).writeTo(writer);
            kept.get(2).writeTo(writer);
            assertThat(writer.finish().records()).isEqualTo(3);
        }
        assertThat(FileCases.read(file, FileReadOptions.strict())).isEqualTo(kept);
    }

    /** A value of 6 MB is never held as a whole: neither writer nor reader keeps more than pieces of it. */
    @ParameterizedTest
    @MethodSource("io.kvops.stores.format.FileCases#all")
    void hugeValuesAreStreams(String format, Compression compression) throws Exception {
        Path file = folder.resolve("huge");
        byte[] chunk = new byte[100_000];
        new Random(FileCases.seed()).nextBytes(chunk);
        int chunks = 60;
        int members = 30_000;
        try (DataFileWriter writer = FileCases.FORMATS.create(file, FileCases.options(format, compression))) {
            writer.begin(RecordHeader.of(Slice.of("string"), RecordType.STRING, 1));
            for (int i = 0; i < chunks; i++) {
                chunk[0] = (byte) i;
                writer.chunk(Slice.of(chunk));
            }
            writer.end();
            writer.begin(RecordHeader.of(Slice.of("zset"), RecordType.ZSET, -1));
            for (int i = 0; i < members; i++) {
                writer.scored(Slice.of("member-" + i), i);
            }
            writer.end();
            writer.finish();
        }
        ReadLimits small = new ReadLimits(256 << 10, 1_000, 4L << 30, Long.MAX_VALUE);
        Measure measure = new Measure();
        try (DataFileReader reader =
                FileCases.FORMATS.open(file, new FileReadOptions(FileReadOptions.Damage.FAIL, small))) {
            while (reader.next(measure)) {
                // it is measured
            }
        }
        assertThat(measure.ended).containsExactly((long) chunks * chunk.length, (long) members);
        assertThat(measure.longest).isLessThanOrEqualTo(100_000);
    }

    private static final class Measure implements RecordSink {
        private final List<Long> ended = new ArrayList<>();
        private long size;
        private int longest;

        @Override
        public void begin(RecordHeader header) {
            size = 0;
        }

        @Override
        public void chunk(Slice bytes) {
            size += bytes.length();
            longest = Math.max(longest, bytes.length());
        }

        @Override
        public void scored(Slice member, double score) throws StoreException {
            assertThat(member.toText()).isEqualTo("member-" + (long) score);
            assertThat(score).isEqualTo(size++);
        }

        @Override
        public void end() {
            ended.add(size);
        }

        @Override
        public void abort() {
            throw new AssertionError("nothing was aborted");
        }
    }
}
