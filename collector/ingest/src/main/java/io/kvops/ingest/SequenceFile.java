package io.kvops.ingest;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A small file with the last sequence number of each agent up to a position of the journal, replaced as a whole. Big endian:
 * magic, version, position, missing frames (from version 2 on), number of agents, 24 bytes for each, CRC32C of all that.
 */
final class SequenceFile {
    private static final int MAGIC = 0x4B564149;
    private static final int VERSION = 2;
    private static final int HEAD_BYTES = 4 + 4 + 8 + 8 + 4;
    private static final int ENTRY_BYTES = 8 + 8 + 8;
    private static final int CHECKSUM_BYTES = 4;

    private SequenceFile() {}

    /**
     * What a file says beside the sequence numbers.
     *
     * @param position of the journal, up to which it covers all records
     * @param gaps sequence numbers that were skipped up to there
     */
    record Head(long position, long gaps) {}

    static byte[] encode(Head head, LastSequences sequences) {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + sequences.size() * ENTRY_BYTES + CHECKSUM_BYTES);
        out.putInt(MAGIC).putInt(VERSION).putLong(head.position()).putLong(head.gaps());
        out.putInt(sequences.size());
        sequences.forEach((agent, sequence) -> out.putLong(agent.getMostSignificantBits())
                .putLong(agent.getLeastSignificantBits())
                .putLong(sequence));
        out.putInt(checksum(out.array()));
        return out.array();
    }

    /**
     * Reads a file that exists.
     *
     * @param into gets the sequence numbers, once the file was found to be whole
     * @throws IllegalArgumentException if it is damaged, or of a version that is not known here
     */
    static Head read(Path file, LastSequences into) throws IOException {
        try {
            return parse(Files.readAllBytes(file), into);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it is cut off", e);
        }
    }

    private static Head parse(byte[] whole, LastSequences into) {
        ByteBuffer in = ByteBuffer.wrap(whole);
        int magic = in.getInt();
        int version = in.getInt();
        if (magic != MAGIC || version < 1 || version > VERSION) {
            throw new IllegalArgumentException("not a file of sequence numbers of version 1 to " + VERSION);
        }
        Head head = new Head(in.getLong(), version == 1 ? 0 : in.getLong());
        int count = in.getInt();
        if (count < 0 || in.remaining() != (long) count * ENTRY_BYTES + CHECKSUM_BYTES) {
            throw new IllegalArgumentException("length " + in.limit() + " does not fit " + count + " agents");
        }
        if (in.getInt(in.limit() - CHECKSUM_BYTES) != checksum(whole)) {
            throw new IllegalArgumentException("wrong checksum");
        }
        for (int i = 0; i < count; i++) {
            UUID agent = new UUID(in.getLong(), in.getLong());
            into.note(agent, in.getLong());
        }
        return head;
    }

    private static int checksum(byte[] whole) {
        CRC32C crc = new CRC32C();
        crc.update(whole, 0, whole.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }
}
