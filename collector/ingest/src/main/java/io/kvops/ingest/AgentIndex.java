package io.kvops.ingest;

import io.kvops.wire.FrameId;
import io.kvops.wire.WireException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last sequence number of each agent, which outlives the journal files that held its frames: a file tells the state
 * up to a position of the journal, and what comes after is read from the journal. Of the journal's thread.
 */
final class AgentIndex {
    private static final Logger LOG = LoggerFactory.getLogger(AgentIndex.class);

    private final Path file;
    private final LastSequences sequences;
    private long position = Journal.START;
    private boolean changed;

    private AgentIndex(Path file, int agentsMax) {
        this.file = file;
        this.sequences = new LastSequences(agentsMax);
    }

    /**
     * Loads the file and adds what the journal has after it. A damaged file is as none: then frames are told apart by
     * the journal alone, which is said in the log.
     */
    static AgentIndex open(Path file, Journal journal, int agentsMax) throws IOException {
        AgentIndex index = new AgentIndex(file, agentsMax);
        if (Files.exists(file)) {
            try {
                index.position = SequenceFile.read(file, index.sequences).position();
            } catch (IllegalArgumentException e) {
                LOG.warn(
                        "{} is damaged ({}); duplicates are known only as far back as the journal goes",
                        file,
                        e.getMessage());
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

    /** Notes a frame that the journal has, with its position. */
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
        SegmentFiles.replace(file, SequenceFile.encode(new SequenceFile.Head(position, 0), sequences));
        changed = false;
    }

    private void addFrom(Journal journal) throws IOException {
        try (Journal.Cursor cursor = journal.read(position)) {
            position = Journal.START;
            for (byte[] bytes = cursor.next(Long.MAX_VALUE); bytes != null; bytes = cursor.next(Long.MAX_VALUE)) {
                try {
                    FrameId id = FrameId.read(bytes);
                    if (id != null) {
                        sequences.note(id.agentId(), id.sequence());
                        changed = true;
                    }
                } catch (WireException e) {
                    LOG.warn("journal record {} does not decode: {}", cursor.position(), e.getMessage());
                }
            }
            position = cursor.position();
        }
    }
}
