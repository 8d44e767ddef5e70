package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;

/** A damaged index is as none: it opens, and what it saves can be opened. */
class AgentIndexFuzzTest {
    private static final int AGENTS_MAX = 100;

    @TempDir
    Path folder;

    @FuzzTest(maxDuration = "60s")
    void open(FuzzedDataProvider data) throws IOException {
        boolean checksum = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        Path file = folder.resolve("agents.idx");
        Files.write(file, checksum ? withChecksum(bytes) : bytes);
        AgentIndex index = AgentIndex.open(file, new EmptyJournal(), AGENTS_MAX);
        assertThat(index.sequences().size()).isBetween(0, AGENTS_MAX);
        index.save();
        AgentIndex.open(file, new EmptyJournal(), AGENTS_MAX);
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

    private static final class EmptyJournal implements Journal {
        @Override
        public long append(byte[] frame) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {}

        @Override
        public Cursor read(long after) {
            return new Cursor() {
                @Override
                public byte[] next(long limit) {
                    return null;
                }

                @Override
                public long position() {
                    return after;
                }

                @Override
                public long damaged() {
                    return 0;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<Segment> segments() {
            return List.of();
        }

        @Override
        public long segmentOf(long position) {
            return -1;
        }

        @Override
        public void remove(Segment segment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
