package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose file was damaged anywhere: it says so or skips, never gives what was not written, and goes on. */
class JournalFuzzTest {
    private static final int FRAME_BYTES = 100;
    private static final int FRAMES = 20;
    private static final int DAMAGES_MAX = 8;
    private static final int DATA_BYTES = 8 << 10;

    @TempDir
    Path folder;

    private int runs;

    @FuzzTest(maxDuration = "60s")
    void read(FuzzedDataProvider data) throws IOException {
        Path journalFolder = folder.resolve("run-" + runs++);
        try (ChronicleJournal journal = open(journalFolder)) {
            for (int i = 0; i < FRAMES; i++) {
                journal.append(frame(i));
            }
        }
        damage(file(journalFolder), data);
        try (ChronicleJournal journal = open(journalFolder)) {
            readAll(journal);
            journal.append(frame(FRAMES));
            journal.sync();
            assertThat(readAll(journal)).isEqualTo(frame(FRAMES));
        } catch (IOException e) {
            assertThat(e.getMessage()).contains(journalFolder.toString());
        }
        delete(journalFolder);
    }

    /** Checks each and returns the last. */
    private static byte[] readAll(ChronicleJournal journal) throws IOException {
        byte[] last = {};
        try (Journal.Cursor cursor = journal.read(Journal.START)) {
            int read = 0;
            for (byte[] bytes = cursor.next(Long.MAX_VALUE); bytes != null; bytes = cursor.next(Long.MAX_VALUE)) {
                assertThat(bytes).hasSize(FRAME_BYTES).isEqualTo(frame(bytes[0]));
                assertThat(++read).isLessThanOrEqualTo(FRAMES + 1);
                last = bytes;
            }
        }
        return last;
    }

    private static ChronicleJournal open(Path folder) throws IOException {
        return ChronicleJournal.open(folder, 1 << 10, 1 << 20, Duration.ofHours(1), Journal.START, Clock.systemUTC());
    }

    private static byte[] frame(int number) {
        byte[] frame = new byte[FRAME_BYTES];
        Arrays.fill(frame, (byte) number);
        return frame;
    }

    private static void damage(Path file, FuzzedDataProvider data) throws IOException {
        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
            if (data.consumeBoolean()) {
                writer.setLength(data.consumeLong(0, DATA_BYTES));
            }
            int damages = data.consumeInt(0, DAMAGES_MAX);
            for (int i = 0; i < damages; i++) {
                writer.seek(data.consumeInt(0, DATA_BYTES));
                writer.write(data.consumeBytes(16));
            }
        }
    }

    private static Path file(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
