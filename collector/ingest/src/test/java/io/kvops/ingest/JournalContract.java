package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every journal does. An implementation's test extends it. */
abstract class JournalContract {
    static final int FRAME_BYTES_MAX = 1 << 20;
    static final long SEGMENT_BYTES = 256 << 10;
    static final Duration SEGMENT_AGE = Duration.ofMinutes(10);

    final SettableClock clock = new SettableClock();

    @TempDir
    Path folder;

    abstract Journal open() throws IOException;

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<String> readAll(Journal journal, long after) throws IOException {
        List<String> all = new ArrayList<>();
        try (Journal.Cursor cursor = journal.read(after)) {
            for (byte[] frame = cursor.next(Long.MAX_VALUE); frame != null; frame = cursor.next(Long.MAX_VALUE)) {
                all.add(new String(frame, StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    @Test
    void empty_holdsNothing() throws IOException {
        try (Journal journal = open()) {
            assertThat(readAll(journal, Journal.START)).isEmpty();
            assertThat(journal.segments()).isEmpty();
            assertThat(journal.sizeBytes()).isZero();
            journal.sync();
        }
    }

    @Test
    void records_readInOrder_positionsGrow() throws IOException {
        try (Journal journal = open();
                Journal.Cursor cursor = journal.read(Journal.START)) {
            assertThat(cursor.next(Long.MAX_VALUE)).isNull();
            long first = journal.append(bytes("a"));
            long second = journal.append(bytes("bb"));
            journal.sync();
            assertThat(second).isGreaterThan(first).isGreaterThan(Journal.START);
            assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("a"));
            assertThat(cursor.position()).isEqualTo(first);
            assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("bb"));
            assertThat(cursor.position()).isEqualTo(second);
            assertThat(cursor.next(Long.MAX_VALUE)).isNull();
        }
    }

    @Test
    @DisplayName(
            "bytes behind a position: all behind the start, none behind the last record, ever fewer between, across segments")
    void bytesAfter_shrinksWithThePosition() throws IOException {
        byte[] frame = new byte[10_000];
        try (Journal journal = open()) {
            List<Long> positions = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                positions.add(journal.append(frame));
            }
            assertThat(journal.segments()).hasSizeGreaterThan(2);
            assertThat(journal.bytesAfter(Journal.START)).isEqualTo(journal.sizeBytes());
            for (int i = 1; i < 100; i++) {
                assertThat(journal.bytesAfter(positions.get(i)))
                        .isGreaterThanOrEqualTo((99 - i) * 10_000L)
                        .isLessThan(journal.bytesAfter(positions.get(i - 1)));
            }
            assertThat(journal.bytesAfter(positions.get(99))).isZero();
        }
        try (Journal journal = open()) {
            assertThat(journal.bytesAfter(Journal.START)).isEqualTo(journal.sizeBytes());
        }
    }

    @Test
    @DisplayName("a cursor stops at its limit, and goes on when the limit moves")
    void limit_isKept() throws IOException {
        try (Journal journal = open();
                Journal.Cursor cursor = journal.read(Journal.START)) {
            long first = journal.append(bytes("a"));
            long second = journal.append(bytes("b"));
            assertThat(cursor.next(Journal.START)).isNull();
            assertThat(cursor.next(first)).isEqualTo(bytes("a"));
            assertThat(cursor.next(first)).isNull();
            assertThat(cursor.next(second)).isEqualTo(bytes("b"));
        }
    }

    @Test
    void reopened_holdsAll_andReadsAfterAPosition() throws IOException {
        long first;
        try (Journal journal = open()) {
            first = journal.append(bytes("a"));
            journal.append(bytes("b"));
        }
        long third;
        try (Journal journal = open()) {
            assertThat(readAll(journal, first)).containsExactly("b");
            third = journal.append(bytes("c"));
            assertThat(third).isGreaterThan(first);
        }
        try (Journal journal = open()) {
            assertThat(readAll(journal, Journal.START)).containsExactly("a", "b", "c");
            assertThat(readAll(journal, third)).isEmpty();
        }
    }

    @Test
    @DisplayName("after the position of a record that is gone, reading begins with the oldest there is")
    void positionGone_readsFromOldest() throws IOException {
        try (Journal journal = open()) {
            long first = journal.append(bytes("a"));
            clock.advance(SEGMENT_AGE);
            journal.append(bytes("b"));
            clock.advance(SEGMENT_AGE);
            journal.append(bytes("c"));
            assertThat(journal.segments()).hasSize(3);
            assertThat(journal.segmentOf(first))
                    .isEqualTo(journal.segments().get(0).id());
            journal.remove(journal.segments().get(0));
            assertThat(journal.segments()).hasSize(2);
            assertThat(readAll(journal, first)).containsExactly("b", "c");
            assertThat(readAll(journal, Journal.START)).containsExactly("b", "c");
        }
        try (Journal journal = open()) {
            assertThat(readAll(journal, Journal.START)).containsExactly("b", "c");
        }
    }

    @Test
    @DisplayName("a cursor goes on while segments behind it are removed")
    void cursor_survivesRemoval() throws IOException {
        try (Journal journal = open();
                Journal.Cursor cursor = journal.read(Journal.START)) {
            for (int i = 0; i < 6; i++) {
                journal.append(bytes("r" + i));
                clock.advance(SEGMENT_AGE);
                assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(bytes("r" + i));
                if (i > 0) {
                    journal.remove(journal.segments().get(0));
                }
            }
            assertThat(journal.segments()).hasSize(1);
        }
    }

    @Test
    void segments_followBySize() throws IOException {
        byte[] frame = new byte[(int) SEGMENT_BYTES / 4];
        try (Journal journal = open()) {
            for (int i = 0; i < 20; i++) {
                journal.append(frame);
            }
            assertThat(journal.segments()).hasSizeBetween(5, 7);
            assertThat(journal.sizeBytes()).isGreaterThan(20L * frame.length);
            assertThat(readAll(journal, Journal.START)).hasSize(20);
        }
    }

    @Test
    @DisplayName("a clock that goes backwards, by much, changes nothing in the order")
    void clockBackwards_keepsOrder() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            try (Journal journal = open()) {
                for (int i = 0; i < 3; i++) {
                    expected.add(run + "." + i);
                    journal.append(bytes(run + "." + i));
                    clock.advance(Duration.ofDays(i == 1 ? -4000 : 7));
                }
                assertThat(readAll(journal, Journal.START)).isEqualTo(expected);
            }
        }
    }

    @Test
    @DisplayName("opened often with nothing to keep, it does not pile up segments")
    void openedOften_noPile() throws IOException {
        try (Journal journal = open()) {
            journal.append(bytes("x".repeat(100_000)));
        }
        for (int i = 0; i < 10; i++) {
            try (Journal journal = open()) {
                assertThat(journal.segments()).hasSize(1);
                assertThat(journal.sizeBytes()).isBetween(64_000L, 300_000L);
            }
        }
    }

    @Test
    @DisplayName("frames of any size up to the limit, random, over several openings")
    void randomFrames_comeBack() throws IOException {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("JournalContract seed " + seed + " (repeat with -Dkvops.seed=" + seed + ")");
        Random random = new Random(seed);
        List<byte[]> expected = new ArrayList<>();
        for (int run = 0; run < 4; run++) {
            try (Journal journal = open()) {
                for (int i = 0; i < 50; i++) {
                    byte[] frame = new byte[i == 0 ? FRAME_BYTES_MAX : 1 + random.nextInt(1 << random.nextInt(1, 20))];
                    random.nextBytes(frame);
                    journal.append(frame);
                    expected.add(frame);
                    if (random.nextInt(5) == 0) {
                        journal.sync();
                    }
                }
                try (Journal.Cursor cursor = journal.read(Journal.START)) {
                    for (byte[] frame : expected) {
                        assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(frame);
                    }
                    assertThat(cursor.next(Long.MAX_VALUE)).isNull();
                    assertThat(cursor.damaged()).isZero();
                }
            }
        }
    }
}
