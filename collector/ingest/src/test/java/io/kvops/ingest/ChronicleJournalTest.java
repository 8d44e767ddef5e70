package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.queue.impl.table.Metadata;
import net.openhft.chronicle.queue.impl.table.SingleTableBuilder;
import net.openhft.chronicle.threads.BusyTimedPauser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChronicleJournalTest extends JournalContract {
    @Override
    Journal open() throws IOException {
        return ChronicleJournal.open(folder, FRAME_BYTES_MAX, SEGMENT_BYTES, SEGMENT_AGE, Journal.START, clock);
    }

    private Path lastFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    /** Where some bytes stand in a file. */
    private static long find(Path file, byte[] what) throws IOException {
        byte[] all = Files.readAllBytes(file);
        for (int i = 0; i < all.length - what.length; i++) {
            int j = 0;
            while (j < what.length && all[i + j] == what[j]) {
                j++;
            }
            if (j == what.length) {
                return i;
            }
        }
        throw new IOException("not found");
    }

    private static void overwrite(Path file, long at, byte... bytes) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            access.write(bytes);
        }
    }

    @Test
    @DisplayName("a record with a flipped bit is skipped and counted, the others are read")
    void damagedRecord_skipped() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("first"));
            journal.append(bytes("second"));
            journal.append(bytes("third"));
        }
        overwrite(lastFile(), find(lastFile(), bytes("second")), (byte) 'S');
        try (Journal journal = open();
                Journal.Cursor cursor = journal.read(Journal.START)) {
            assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("first"));
            assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("third"));
            assertThat(cursor.damaged()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("after a last file that lost all its records, new ones are written where they are read")
    void emptiedLastFile_newRecordsKept() throws IOException {
        // many: a queue lets go of a file's memory when it likes
        for (int i = 0; i < 50; i++) {
            try (Journal journal = open()) {
                journal.append(bytes("lost"));
            }
            long begin = find(lastFile(), bytes("lost")) - Integer.BYTES;
            try (RandomAccessFile access = new RandomAccessFile(lastFile().toFile(), "rw")) {
                access.setLength(begin - Integer.BYTES);
            }
            try (Journal journal = open()) {
                journal.append(bytes("new"));
                try (Journal.Cursor cursor = journal.read(Journal.START)) {
                    assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("new"));
                }
                journal.remove(journal.segments().get(0));
            }
        }
    }

    @Test
    @DisplayName("a record that says to be longer than any may be is damaged, and takes no memory")
    void lengthTooLarge_skipped() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("first"));
        }
        // the header of a record is its length, and says what it is in the two bits at the top
        int length = 1 << 29;
        overwrite(
                lastFile(),
                find(lastFile(), bytes("first")) - 2 * Integer.BYTES,
                (byte) length,
                (byte) (length >> 8),
                (byte) (length >> 16),
                (byte) (length >> 24));
        try (Journal journal = open();
                Journal.Cursor cursor = journal.read(Journal.START)) {
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(cursor.next(Long.MAX_VALUE)).isNull();
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 24);
            assertThat(cursor.damaged()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("half a record behind the last one, as a kill leaves it, is not read as records later")
    void tornTail_ignored() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("whole"));
        }
        // the header of the next record is still 0, its content is partly there, and looks like headers
        long end = find(lastFile(), bytes("whole")) + 5;
        byte[] torn = new byte[4096];
        for (int i = 0; i < torn.length; i += 4) {
            torn[i] = 16;
        }
        overwrite(lastFile(), (end + 3) / 4 * 4 + 4, torn);
        for (int i = 0; i < 3; i++) {
            try (Journal journal = open()) {
                journal.append(bytes("next" + i));
            }
        }
        try (Journal journal = open()) {
            assertThat(readAll(journal, Journal.START)).containsExactly("whole", "next0", "next1", "next2");
        }
    }

    @Test
    @DisplayName("a file whose creation was cut off is forgotten")
    void unbornFile_removed() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("a"));
        }
        Path unborn = SegmentFiles.path(folder, 2);
        for (byte[] content : new byte[][] {{}, new byte[100_000], {0, 0, 0, (byte) 0x80, 1, 2, 3, 4}}) {
            Files.write(unborn, content);
            try (Journal journal = open()) {
                assertThat(readAll(journal, Journal.START)).containsExactly("a");
            }
        }
        try (Journal journal = open()) {
            journal.append(bytes("b"));
            assertThat(readAll(journal, Journal.START)).containsExactly("a", "b");
        }
    }

    @Test
    @DisplayName("a smaller limit for frames does not make larger ones of before unreadable")
    void smallerLimit_readsLargerFrames() throws IOException {
        byte[] large = new byte[8 << 20];
        large[large.length - 1] = 1;
        try (Journal journal =
                ChronicleJournal.open(folder, large.length, SEGMENT_BYTES, SEGMENT_AGE, Journal.START, clock)) {
            journal.append(large);
        }
        try (Journal journal =
                        ChronicleJournal.open(folder, 1 << 10, SEGMENT_BYTES, SEGMENT_AGE, Journal.START, clock);
                Journal.Cursor cursor = journal.read(Journal.START)) {
            assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(large);
        }
    }

    @Test
    @DisplayName("a lock that an append left, as the disk under it was gone, does not stop the next")
    void lockLeft_isTaken() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("a"));
            try (var queue = SingleTableBuilder.binary(
                                    folder.resolve("metadata.cq4t").toFile(), Metadata.NoMeta.INSTANCE)
                            .build();
                    var lock = new TableStoreWriteLock(queue, BusyTimedPauser::new, 1_000L)) {
                lock.lock();
                journal.append(bytes("b"));
            }
            assertThat(readAll(journal, Journal.START)).containsExactly("a", "b");
        }
    }

    @Test
    void laterFormat_refused() throws IOException {
        open().close();
        Files.writeString(folder.resolve("journal.properties"), "version=2\nmaxFrameBytes=1048576\n");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("has version '2'");
    }

    @Test
    void foreignFile_refused() throws IOException {
        Files.writeString(folder.resolve("notes.cq4"), "mine");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("not a journal file");
    }
}
