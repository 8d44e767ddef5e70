package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;

/** A damaged index is as none: it opens, and what it saves can be opened. */
class AgentIndexFuzzTest {
    private static final int AGENTS_MAX = 100;

    @TempDir
    Path folder;

    private Journal journal;

    @FuzzTest(maxDuration = "60s")
    void open(FuzzedDataProvider data) throws IOException {
        boolean checksum = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        Path file = folder.resolve("agents.idx");
        Files.write(file, checksum ? withChecksum(bytes) : bytes);
        AgentIndex index = AgentIndex.open(file, empty(), AGENTS_MAX);
        assertThat(index.sequences().size()).isBetween(0, AGENTS_MAX);
        index.save();
        AgentIndex.open(file, empty(), AGENTS_MAX);
    }

    private Journal empty() throws IOException {
        if (journal == null) {
            journal = ChronicleJournal.open(
                    folder.resolve("journal"), 1 << 10, 1 << 20, Duration.ofHours(1), Journal.START, Clock.systemUTC());
        }
        return journal;
    }

    /** Most of what a fuzzer makes fails at the checksum, which it can't guess. */
    private static byte[] withChecksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return ByteBuffer.allocate(content.length + Integer.BYTES)
                .put(content)
                .putInt((int) crc.getValue())
                .array();
    }
}
