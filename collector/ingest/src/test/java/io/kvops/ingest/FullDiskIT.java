package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal on a disk that has no byte left, again and again: what it said is written is there, and it goes on by itself. */
class FullDiskIT {
    private static final int TIMES = Boolean.getBoolean("kvops.proof") ? 200 : 20;
    private static final int FRAME_BYTES_MAX = 64 << 10;
    private static final long SEGMENT_BYTES = 256 << 10;

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()) == 0,
                "a small disk can be mounted by root only: run this test as root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    @DisplayName("no byte left, again and again: every record is written or refused, and none is lost")
    void noByteLeft_recordsAreRefused_andNoneIsLost() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("FullDiskIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        Path ballast = disk.resolve("ballast");
        int written = 0;
        int refused = 0;
        try (Journal journal = ChronicleJournal.open(
                        disk.resolve("journal"),
                        FRAME_BYTES_MAX,
                        SEGMENT_BYTES,
                        Duration.ofDays(1),
                        Journal.START,
                        new SettableClock());
                Journal.Cursor cursor = journal.read(Journal.START)) {
            for (int time = 0; time < TIMES; time++) {
                fill(ballast, random.nextInt(1 << 20));
                int mostRefused = refused + 3;
                while (refused < mostRefused) {
                    byte[] frame = new byte[1 + random.nextInt(FRAME_BYTES_MAX)];
                    random.nextBytes(frame);
                    try {
                        journal.append(frame);
                        journal.sync();
                        written++;
                        assertThat(cursor.next(Long.MAX_VALUE)).isEqualTo(frame);
                    } catch (IOException e) {
                        assertThat(e).hasMessageContaining("No space left");
                        refused++;
                    }
                }
                assertThat(cursor.next(Long.MAX_VALUE)).isNull();
                Files.delete(ballast);
                for (Journal.Segment segment : journal.segments()) {
                    if (segment.id() < journal.segmentOf(cursor.position())) {
                        journal.remove(segment);
                    }
                }
            }
            assertThat(cursor.damaged()).isZero();
        }
        System.out.printf("FullDiskIT: full %d times, %d records written, %d refused%n", TIMES, written, refused);
        assertThat(written).isPositive();
        assertThat(disk.resolve("journal").toFile().list((f, name) -> name.endsWith(".cq4")))
                .as("files")
                .hasSizeLessThan(4);
    }

    /** Leaves so many bytes free, or somewhat less. */
    private static void fill(Path file, int leftBytes) throws IOException {
        for (int bytes = 1 << 20; bytes > 0; bytes /= 16) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(new byte[bytes]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
        try (FileChannel all = FileChannel.open(file, StandardOpenOption.WRITE)) {
            all.truncate(Math.max(0, all.size() - leftBytes));
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
