package io.kvops.ingest;

import io.kvops.wire.Frame;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last sequence number of each agent, which outlives the journal files that held its frames: a file tells the state
 * up to a position of the journal, and what comes after is read from the journal. Of the journal's thread.
 */
final class AgentIndex {
    /** 32 bytes each in the file, some 100 in memory. An agent is one run of one JVM. */
    static final int AGENTS_MAX = 200_000;

    private static final Logger LOG = LoggerFactory.getLogger(AgentIndex.class);
    private static final int MAGIC = 0x4B564149;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 4 + 4 + 8 + 4;
    private static final int ENTRY_BYTES = 8 + 8 + 8;
    private static final int CHECKSUM_BYTES = 4;

    private final Path file;
    private final LastSequences sequences;
    private long position;
    private boolean changed;

    private AgentIndex(Path file, int agentsMax) {
        this.file = file;
        this.sequences = new LastSequences(agentsMax);
        this.position = Journal.START;
    }

    /**
     * Loads the file and adds what the journal has after it. A damaged file is as none: then frames are told apart by
     * the journal alone, which is said in the log.
     */
    static AgentIndex open(Path file, Journal journal, int agentsMax) throws IOException {
        AgentIndex index = new AgentIndex(file, agentsMax);
        if (Files.exists(file)) {
            try {
                index.parse(Files.readAllBytes(file));
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                LOG.warn(
                        "{} is damaged ({}); duplicates are known only as far back as the journal goes",
                        file,
                        e.toString());
                index = new AgentIndex(file, agentsMax);
            }
        }
        index.addFrom(journal);
        return index;
    }

    /** Position of the last record that this covers; {@link Journal#START} if the journal is empty. */
    long position() {
        return position;
    }

    long last(UUID agent) {
        return sequences.last(agent);
    }

    LastSequences sequences() {
        return sequences;
    }

    /** Notes a frame that the journal has made durable, with its position. */
    void note(UUID agent, long sequence, long at) {
        sequences.note(agent, sequence);
        position = Math.max(position, at);
        changed = true;
    }

    /** Writes the file if anything changed. The journal must be durable up to {@link #position}. */
    void save() throws IOException {
        if (!changed) {
            return;
        }
        List<Map.Entry<UUID, Long>> entries = sequences.entries();
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + entries.size() * ENTRY_BYTES + CHECKSUM_BYTES);
        out.putInt(MAGIC).putInt(VERSION).putLong(position).putInt(entries.size());
        for (Map.Entry<UUID, Long> entry : entries) {
            UUID agent = entry.getKey();
            out.putLong(agent.getMostSignificantBits()).putLong(agent.getLeastSignificantBits());
            out.putLong(entry.getValue());
        }
        out.putInt(checksum(out.array()));
        SegmentFiles.replace(file, out.array());
        changed = false;
    }

    private void parse(byte[] whole) {
        ByteBuffer in = ByteBuffer.wrap(whole);
        if (in.getInt() != MAGIC || in.getInt() != VERSION) {
            throw new IllegalArgumentException("not an agent index of version " + VERSION);
        }
        long at = in.getLong();
        int count = in.getInt();
        if (count < 0 || in.remaining() != (long) count * ENTRY_BYTES + CHECKSUM_BYTES) {
            throw new IllegalArgumentException("length " + in.limit() + " does not fit " + count + " agents");
        }
        if (in.getInt(in.limit() - CHECKSUM_BYTES) != checksum(whole)) {
            throw new IllegalArgumentException("wrong checksum");
        }
        for (int i = 0; i < count; i++) {
            UUID agent = new UUID(in.getLong(), in.getLong());
            sequences.note(agent, in.getLong());
        }
        position = at;
    }

    private void addFrom(Journal journal) throws IOException {
        try (Journal.Cursor cursor = journal.read(position)) {
            position = Journal.START;
            for (byte[] bytes = cursor.next(Long.MAX_VALUE); bytes != null; bytes = cursor.next(Long.MAX_VALUE)) {
                try {
                    if (WireCodec.decode(bytes) instanceof Frame frame) {
                        sequences.note(frame.source().agentId(), frame.sequence());
                        changed = true;
                    }
                } catch (WireException e) {
                    LOG.warn("journal record {} does not decode: {}", cursor.position(), e.getMessage());
                }
            }
            position = cursor.position();
        }
    }

    private static int checksum(byte[] whole) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(whole, 0, whole.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }
}
